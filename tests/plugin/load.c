/* SPDX-License-Identifier: MIT */
/* Plugins that are found, loaded, pushed, and unloaded. */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blocks.h"
#include "loan.h"
#include "plugin.h"

Test(load, by_path)
{
	const char *path = file_of(MODULES, "ours");
	struct encase_plugin *plugin = loaded(path);
	struct encase_cage *cage = new_cage();

	cr_assert_str_eq(encase_plugin_layer(plugin)->name, "ours");
	cr_assert_eq(encase_push(cage, encase_plugin_layer(plugin), NULL), 0);
	cr_assert_eq(answer_of(cage), 8);
	cr_assert_eq(encase_cage_free(cage), 0);
	cr_assert(is_there(path));
	cr_assert_eq(encase_plugin_unload(plugin), 0);
	cr_assert(!is_there(path));
	cr_assert_eq(encase_plugin_unload(NULL), 0);
}

Test(load, by_a_relative_path)
{
	cr_assert_eq(chdir(MODULES), 0);
	cr_assert_eq(encase_plugin_unload(loaded("./ours.so")), 0);
	refused("ours", ENOENT, "ours.so"); /* a name is not looked for here */
}

/* The layers that are installed: by default, and after what the environment says. */
Test(load, by_name)
{
	const char *const values[] = { NULL, "", ":", "/nowhere", ":/nowhere::" };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct encase_plugin *trace, *deny;
		struct encase_cage *cage = new_cage();

		if (values[i])
			cr_assert_eq(setenv("ENCASE_LAYERS", values[i], 1), 0);
		trace = loaded("trace");
		deny = loaded("deny");
		cr_assert_str_eq(encase_plugin_layer(trace)->name, "trace");
		cr_assert_eq(encase_push(cage, encase_plugin_layer(trace), NULL), 0);
		cr_assert_eq(answer_of(cage), 7);
		cr_assert_eq(encase_push(cage, encase_plugin_layer(deny), "getpid=EXDEV"), 0);
		cr_assert_eq(answer_of(cage), -EXDEV);
		cr_assert_eq(encase_cage_free(cage), 0);
		cr_assert_eq(encase_plugin_unload(trace), 0);
		cr_assert_eq(encase_plugin_unload(deny), 0);
	}
}

Test(load, the_first_folder_goes_first, .fini = remove_scratch)
{
	char folders[4096], first[128], second[128], path[256];
	const char *top = scratch_folder();
	struct encase_plugin *plugin;

	snprintf(first, sizeof(first), "%s/a", top);
	snprintf(second, sizeof(second), "%s/b", top);
	cr_assert(!mkdir(first, 0700) && !mkdir(second, 0700));
	snprintf(path, sizeof(path), "%s/trace.so", second);
	copy_file(file_of(MODULES, "own"), path);
	snprintf(folders, sizeof(folders), "%s:%s", first, second);
	cr_assert_eq(setenv("ENCASE_LAYERS", folders, 1), 0);
	plugin = loaded("trace"); /* before the one that is installed */
	cr_assert_str_eq(encase_plugin_layer(plugin)->name, "own");
	cr_assert_eq(encase_plugin_unload(plugin), 0);

	snprintf(path, sizeof(path), "%s/trace.so", first);
	copy_file(file_of(MODULES, "other_abi"), path);
	refused("trace", EPROTONOSUPPORT, path); /* the first there is, good or not */
	cr_assert_eq(unlink(path), 0);
	copy_file(file_of(MODULES, "open"), path);
	plugin = loaded("trace");
	cr_assert_str_eq(encase_plugin_layer(plugin)->name, "open");
	cr_assert_eq(encase_plugin_unload(plugin), 0);
}

/* What secure_getenv() calls of this program find: nothing in one with more rights than its caller. */
static bool has_more_rights;
char *__real_secure_getenv(const char *name);
char *__wrap_secure_getenv(const char *name);
char *__wrap_secure_getenv(const char *name)
{
	return has_more_rights ? NULL : __real_secure_getenv(name);
}

Test(load, the_environment_of_others_is_not_trusted)
{
	cr_assert_eq(setenv("ENCASE_LAYERS", MODULES, 1), 0);
	cr_assert_eq(encase_plugin_unload(loaded("ours")), 0);
	has_more_rights = true;
	refused("ours", ENOENT, "ENCASE_LAYERS (not set)");
	cr_assert_eq(encase_plugin_unload(loaded("trace")), 0);
}

Test(load, twice)
{
	const char *path = file_of(MODULES, "ours");
	struct encase_plugin *first = loaded(path), *second = loaded(path);
	struct encase_cage *cage = new_cage();

	cr_assert_neq(first, second);
	cr_assert_eq(encase_plugin_layer(first), encase_plugin_layer(second));
	cr_assert_eq(encase_plugin_unload(first), 0);
	cr_assert_eq(encase_push(cage, encase_plugin_layer(second), "5"), 0);
	cr_assert_eq(answer_of(cage), 12);
	first = loaded(path);
	cr_assert_eq(encase_plugin_unload(second), -EBUSY);
	cr_assert_eq(encase_plugin_unload(first), -EBUSY);
	cr_assert_eq(answer_of(cage), 12);
	cr_assert_eq(encase_cage_free(cage), 0);
	cr_assert_eq(encase_plugin_unload(second), 0);
	cr_assert_eq(encase_plugin_unload(first), 0);
	cr_assert(!is_there(path));
}

Test(load, again_after_unloading)
{
	for (int i = 0; i < 20; i++) {
		struct encase_plugin *plugin = loaded(file_of(MODULES, "ours"));
		struct encase_cage *cage = new_cage();

		cr_assert_eq(encase_push(cage, encase_plugin_layer(plugin), "2"), 0);
		cr_assert_eq(answer_of(cage), 9);
		cr_assert_eq(encase_cage_free(cage), 0);
		cr_assert_eq(encase_plugin_unload(plugin), 0);
	}
}

/* Busy from the push until the last cage that has it is freed, however often it has it. */
Test(load, a_pushed_layer_stays)
{
	struct encase_plugin *plugin = loaded(file_of(MODULES, "ours"));
	struct encase_cage *one = new_cage(), *two = new_cage();

	cr_assert_eq(encase_push(one, encase_plugin_layer(plugin), NULL), 0);
	cr_assert_eq(encase_push(one, encase_plugin_layer(plugin), NULL), 0);
	cr_assert_eq(encase_push(two, encase_plugin_layer(plugin), NULL), 0);
	cr_assert_eq(encase_plugin_unload(plugin), -EBUSY);
	cr_assert_eq(encase_cage_free(one), 0);
	cr_assert_eq(encase_plugin_unload(plugin), -EBUSY);
	cr_assert_eq(answer_of(two), 8);
	cr_assert_eq(encase_cage_free(two), 0);
	cr_assert_eq(encase_plugin_unload(plugin), 0);
}

/* What start() says is what the push says, and nothing was pushed. */
/* Who had it before it was a plugin's does not give it back for others. */
Test(load, a_layer_that_somebody_has_already)
{
	const char *path = file_of(MODULES, "ours");
	void *object = dlopen(path, RTLD_NOW);
	const struct encase_export *export = object ? dlsym(object, "encase_layer") : NULL;
	struct encase_cage *one = new_cage(), *two = new_cage();
	struct encase_plugin *plugin;

	cr_assert(export);
	cr_assert_eq(encase_push(one, export->layer, NULL), 0);
	plugin = loaded(path);
	cr_assert_eq(encase_plugin_layer(plugin), export->layer);
	cr_assert_eq(encase_push(two, export->layer, NULL), 0);
	cr_assert_eq(encase_cage_free(one), 0);
	cr_assert_eq(encase_plugin_unload(plugin), -EBUSY);
	cr_assert_eq(encase_cage_free(two), 0);
	cr_assert_eq(encase_plugin_unload(plugin), 0);
	dlclose(object);
}

Test(load, a_layer_that_does_not_start)
{
	struct encase_plugin *plugin = loaded(file_of(MODULES, "ours"));
	struct encase_cage *cage = new_cage();

	cr_assert_eq(encase_push(cage, encase_plugin_layer(plugin), "many"), -EDOM);
	cr_assert_eq(answer_of(cage), 7);
	cr_assert_eq(encase_plugin_unload(plugin), 0); /* while the cage is there */
	cr_assert_eq(answer_of(cage), 7);
	cr_assert_eq(encase_cage_free(cage), 0);
}

static void *load_and_call(void *failed)
{
	for (int i = 0; i < 50; i++) {
		struct encase_cage *cage = new_cage();
		struct encase_plugin *plugin;
		bool good = !encase_plugin_load(MODULES "/ours.so", &plugin, NULL, 0);

		good = good && !encase_push(cage, encase_plugin_layer(plugin), "3");
		good = good && answer_of(cage) == 10 && !encase_cage_free(cage);
		if (good) /* others may have pushed it */
			while (encase_plugin_unload(plugin) == -EBUSY)
				sched_yield();
		else
			*(_Atomic bool *) failed = true;
	}
	return NULL;
}

Test(load, from_several_threads)
{
	_Atomic bool failed = false;
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, load_and_call, (void *) &failed), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_assert(!failed);
	cr_assert(!is_there(MODULES "/ours.so"));
}

/* A thread that lingers keeps each lock a while longer, and says that it has it. */
static _Thread_local bool lingers;
static sem_t has_lock;
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	if (lingers) {
		sem_post(&has_lock);
		usleep(200000);
	}
	return __real_pthread_mutex_unlock(mutex);
}

/* What a push does first, and the freeing of a cage last. */
static void *borrow(void *layer)
{
	lingers = true;
	enc_loan_take(layer);
	lingers = false;
	enc_loan_give_back(layer);
	return NULL;
}

/* A child can push, whatever another thread was about when it was forked. */
Test(load, in_a_child)
{
	static struct encase_plugin *plugin; /* the child's, too, who does not unload it */
	const struct encase_layer *layer;
	struct encase_cage *cage = new_cage();
	pthread_t thread;
	int status = -1;
	pid_t child;

	plugin = loaded(file_of(MODULES, "ours"));
	layer = encase_plugin_layer(plugin);
	cr_assert_eq(sem_init(&has_lock, 0, 0), 0);
	cr_assert_eq(pthread_create(&thread, NULL, borrow, (void *) layer), 0);
	cr_assert_eq(sem_wait(&has_lock), 0);
	child = fork();
	if (!child) {
		alarm(10);
		if (encase_push(cage, layer, NULL) || answer_of(cage) != 8)
			_exit(1);
		_exit(encase_cage_free(cage) != 0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "%d", status);
	pthread_join(thread, NULL);
	cr_assert_eq(encase_cage_free(cage), 0);
	cr_assert_eq(encase_plugin_unload(plugin), 0);
}

Test(load, without_memory)
{
	const char *const names[] = { MODULES "/ours.so", "trace" };

	for (size_t i = 0; i < 2; i++) {
		struct encase_plugin *plugin = NULL;
		long before = blocks_live();
		char why[64];
		unsigned n = 0;

		while (blocks_refuse_after(n), encase_plugin_load(names[i], &plugin, why, 64)) {
			cr_assert_str_eq(why, "no memory");
			cr_assert(!plugin);
			cr_assert_eq(blocks_live(), before);
			n++;
		}
		blocks_refuse_after(1000);
		cr_assert_eq(n, 3, "%u", n); /* a path, a plugin, a loan */
		cr_assert_eq(encase_plugin_unload(plugin), 0);
		cr_assert_eq(blocks_live(), before);
	}
}
