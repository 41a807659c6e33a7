/* SPDX-License-Identifier: MIT */
/* The layers of encase run: loaded, pushed, told to this program when it is started again. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <encase/plugin.h>
#include <encase/stats.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* The one nearest the kernel first; options may be null. */
static struct {
	char *file; /* absolute */
	const char *options;
	const struct encase_layer *layer;
	bool made_stats;
} layers[CLI_LAYERS];
static size_t nlayers;

/* Splits "NAME:OPTIONS" at the first colon that no backslash stands before, and takes that one away. */
static const char *split(char *word)
{
	char *to = word;

	for (; *word && *word != ':'; word++) {
		if (word[0] == '\\' && word[1] == ':')
			word++;
		*to++ = *word;
	}
	if (!*word) {
		*to = '\0';
		return NULL;
	}
	*to = '\0';
	return word + 1;
}

int cli_layer_load(const char *name, const char *options)
{
	struct encase_plugin *plugin;
	char why[512];
	Dl_info info;

	if (nlayers == CLI_LAYERS)
		return cli_fail(CLI_RUN, "more than %d layers", CLI_LAYERS);
	if (encase_plugin_load(name, &plugin, why, sizeof(why)))
		return cli_fail(CLI_RUN, "layer %s: %s", name, why);
	layers[nlayers].layer = encase_plugin_layer(plugin);
	layers[nlayers].options = options;
	if (dladdr(layers[nlayers].layer, &info))
		layers[nlayers].file = realpath(info.dli_fname, NULL);
	if (!layers[nlayers].file)
		return cli_fail(CLI_RUN, "layer %s: its file is not found again", name);
	nlayers++;
	return 0;
}

int cli_layer_add(const char *given)
{
	char *name = strdup(given);
	const char *options = name ? split(name) : NULL;

	return name ? cli_layer_load(name, options) : cli_fail(CLI_RUN, "no memory");
}

int cli_layers_push(struct encase_cage *cage, bool *made_stats)
{
	*made_stats = false;
	for (size_t i = 0; i < nlayers; i++) {
		size_t before = encase_stats_fds(NULL, 0);
		int err = encase_push(cage, layers[i].layer, layers[i].options);

		if (err)
			return cli_fail(CLI_RUN, "layer %s%s%s: %s", layers[i].layer->name,
					layers[i].options ? ":" : "",
					layers[i].options ? layers[i].options : "", strerror(-err));
		layers[i].made_stats = encase_stats_fds(NULL, 0) > before;
		*made_stats |= layers[i].made_stats;
	}
	return 0;
}

void cli_layers_stop(struct encase_cage *cage)
{
	for (size_t i = nlayers; i; i--)
		if (layers[i - 1].made_stats)
			(void) encase_pop(cage, layers[i - 1].layer);
}

size_t cli_layers_count(void)
{
	return nlayers;
}

void cli_layers_words(const char **words)
{
	for (size_t i = 0; i < nlayers; i++) {
		*words++ = layers[i].file;
		*words++ = layers[i].options ? layers[i].options : "";
	}
}
