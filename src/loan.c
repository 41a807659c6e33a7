/* SPDX-License-Identifier: MIT */
/* The list of layers that can go away; see loan.h. */
#include "loan.h"

#include <stdlib.h>

#include "lock.h"

struct loan {
	struct loan *next;
	const struct encase_layer *layer;
	size_t plugins, pushes;
};

static struct loan *loans;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

ENC_WATCH_FORKS(lock, enc_lock_is_all)

static __attribute__((constructor)) void set_up(void)
{
	(void) watch_forks();
}

/* Where the layer's loan hangs; a place for a new one if there is none. */
static struct loan **find(const struct encase_layer *layer)
{
	struct loan **place = &loans;

	while (*place && (*place)->layer != layer)
		place = &(*place)->next;
	return place;
}

int enc_loan_offer(const struct encase_layer *layer)
{
	struct loan **place, *loan;

	pthread_mutex_lock(&lock);
	place = find(layer);
	loan = *place ? *place : calloc(1, sizeof(*loan));
	if (loan) {
		loan->layer = layer;
		loan->plugins++;
		*place = loan;
	}
	pthread_mutex_unlock(&lock);
	return loan ? 0 : -ENOMEM;
}

int enc_loan_withdraw(const struct encase_layer *layer)
{
	struct loan **place, *loan;
	int err;

	pthread_mutex_lock(&lock);
	place = find(layer);
	loan = *place;
	err = loan->pushes ? -EBUSY : 0;
	if (!err && !--loan->plugins) {
		*place = loan->next;
		free(loan);
	}
	pthread_mutex_unlock(&lock);
	return err;
}

bool enc_loan_take(const struct encase_layer *layer)
{
	struct loan *loan;

	pthread_mutex_lock(&lock);
	loan = *find(layer);
	if (loan)
		loan->pushes++;
	pthread_mutex_unlock(&lock);
	return loan;
}

void enc_loan_give_back(const struct encase_layer *layer)
{
	pthread_mutex_lock(&lock);
	(*find(layer))->pushes--; /* what is taken stays on the list */
	pthread_mutex_unlock(&lock);
}
