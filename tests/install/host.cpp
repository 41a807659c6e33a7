// SPDX-License-Identifier: MIT
// A C++ program against the installed tree.  Layers are written in C: it pushes a
// shipped one and one that it loads, and makes calls of its own kernel through them.
#include <encase/policies.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace {

void check(int err, const std::string &what)
{
	if (err)
		throw std::runtime_error(what + ": " + std::strerror(-err));
}

struct unload {
	void operator()(encase_plugin *plugin) const
	{
		encase_plugin_unload(plugin);
	}
};
using plugin_ptr = std::unique_ptr<encase_plugin, unload>;

plugin_ptr load(const char *name)
{
	encase_plugin *plugin = nullptr;
	char why[256] = "";
	int err = encase_plugin_load(name, &plugin, why, sizeof why);

	if (err)
		std::cout << why << '\n';
	check(err, "load");
	return plugin_ptr(plugin);
}

class cage {
public:
	cage()
	{
		encase_setup setup{};
		setup.lower = &encase_lower_kernel;
		check(encase_cage_new(&setup, &made), "cage");
	}
	cage(const cage &) = delete;
	cage &operator=(const cage &) = delete;
	~cage()
	{
		encase_cage_free(made);
	}
	void push(const encase_layer *layer, const char *options = nullptr)
	{
		check(encase_push(made, layer, options), layer->name);
	}
	encase_cage *get() const
	{
		return made;
	}

private:
	encase_cage *made = nullptr;
};

void to_cout(void *, const char *line, std::size_t len)
{
	std::cout << "log: " << std::string(line, len);
}

} // namespace

int main()
try {
	plugin_ptr plugin = load("no-access");
	encase_log_to(to_cout, nullptr);
	{
		cage one;
		encase_word words[ENCASE_MAX_ARGS] = { reinterpret_cast<std::uintptr_t>("/"), F_OK };

		std::cout << "alone: " << encase_enter(one.get(), &encase_desc_access, words) << '\n';
		one.push(encase_plugin_layer(plugin.get()));
		long result = encase_enter(one.get(), &encase_desc_access, words);
		std::cout << "layer: " << result << '\n';
		one.push(&encase_deny, "%file=EXDEV");
		errno = 0;
		std::cout << "deny: " << ENCASE_ENTRY(one.get(), access)("/", F_OK);
		std::cout << ", " << std::strerror(errno) << '\n';
		std::cout << "busy: " << std::strerror(-encase_plugin_unload(plugin.get())) << '\n';
		std::cout << "copied: " << encase_traffic(one.get()).from_cage << '\n';
	}
	load("no-such-layer");
	return 1;
} catch (const std::runtime_error &error) {
	std::cout << error.what() << '\n';
	return 0;
}
