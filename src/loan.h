/* SPDX-License-Identifier: MIT */
/*
 * Loans: layers that can go away, since they are plugins', and how often cages
 * have borrowed each.  Other layers are not on the list, and cost a glance at it
 * when they are pushed.  Any thread may call.
 */
#ifndef ENC_LOAN_H
#define ENC_LOAN_H

#include "enc.h"

/* One more plugin has this layer; 0 or -ENOMEM. */
int enc_loan_offer(const struct encase_layer *layer);
/* One fewer; -EBUSY, and nothing is done: a cage has it. */
int enc_loan_withdraw(const struct encase_layer *layer);
/* A cage takes a layer, and if it is on the list gives it back when the layer has stopped. */
bool enc_loan_take(const struct encase_layer *layer);
void enc_loan_give_back(const struct encase_layer *layer);

#endif
