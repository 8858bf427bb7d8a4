# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Verbs only. What is built, and of what, is said by Kbuild, lua/, bind/*/ and cli/.
#
#   make vm                         a Lua prompt inside a kernel, in a virtual machine
#   make vm CMD='...'               run a command line there (KERNEL= SHARE= CPUS= ICOUNT=)
#   make && make install            build for and install into this machine's kernel
#   make test, make check           what CI runs

KERNEL_RELEASE     ?= $(shell uname -r)
MODULES_BUILD_PATH ?= /lib/modules/$(KERNEL_RELEASE)/build
PREFIX             ?= /usr/local
DESTDIR            ?=
INSTALL_MOD_PATH   ?= $(DESTDIR)
# KERNEL_MAKE: more for kbuild's make; KERNEL_RUN: a command that runs it elsewhere (a chroot)

MODULES    := $(INSTALL_MOD_PATH)/lib/modules/$(KERNEL_RELEASE)/kernel/lunatik
SCRIPTS    := $(INSTALL_MOD_PATH)/lib/modules/lua
HEADERS    := $(DESTDIR)$(PREFIX)/include/lunatik
LUA_DIR     = $(eval LUA_DIR := $$(shell lua/fetch.sh))$(or $(LUA_DIR),$(error lua/fetch.sh failed))
KBUILD      = -C "$(MODULES_BUILD_PATH)" $(KERNEL_MAKE) M="$(CURDIR)" LUA_DIR="$(LUA_DIR)" $(if $(TESTS),TESTS=1)
UNSIGNED    = $(if $(wildcard $(MODULES_BUILD_PATH)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)
DEPMOD      = depmod -b "$(INSTALL_MOD_PATH)/" "$(KERNEL_RELEASE)"

# BPF programs call this one
BTF         = bind/xdp/btf.sh bind/xdp/luaxdp.ko "$(MODULES_BUILD_PATH)" "$(KERNEL_RELEASE)" "$(VMLINUZ)"

# Programs for the kernel's BPF machine: object files that xdp-loader and the like load
EBPF       := $(wildcard examples/filter/*.c) $(if $(TESTS),$(wildcard tests/bpf/*.c))
EBPF_DIR   := $(DESTDIR)$(PREFIX)/lib/bpf/lunatik
EBPF_FLAGS  = -target bpf -g -O2 -Wall -Wextra -Werror -I/usr/include/$(shell $(CC) -dumpmachine)
CLANG      ?= clang

# Source files and where they go below the script root: bindings' Lua halves lie flat.
LIB        := $(shell cd lib 2>/dev/null && find . -name '*.lua' | sort)
HALVES     := $(wildcard bind/*/*.lua)
EXAMPLES   := $(shell cd examples 2>/dev/null && find . -name '*.lua' ! -name 'libxt_*' | sort)
HEADERFILES = $(wildcard include/*.h lua/rename.h lua/config.h lua/vm.h) \
	$(addprefix $(LUA_DIR)/,lua.h luaconf.h lauxlib.h lualib.h)

all: modules cli

modules:
	$(KERNEL_RUN) $(MAKE) $(KBUILD) modules
	@$(BTF)

cli:
	$(MAKE) -C cli PREFIX="$(PREFIX)"

install: modules_install scripts_install headers_install
	$(MAKE) -C cli install DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)"
	$(DEPMOD)

modules_install: modules
	@rm -rf "$(MODULES)"
	$(KERNEL_RUN) $(MAKE) $(KBUILD) INSTALL_MOD_PATH="$(INSTALL_MOD_PATH)" INSTALL_MOD_DIR=kernel/lunatik $(UNSIGNED) modules_install
	@install -m 0644 Module.symvers "$(MODULES)/Module.symvers"

scripts_install:
	@install -d "$(SCRIPTS)"
	@for f in $(LIB); do install -D -m 0644 "lib/$$f" "$(SCRIPTS)/$$f" || exit 1; done
	@for f in $(HALVES); do install -m 0644 "$$f" "$(SCRIPTS)/" || exit 1; done

headers_install:
	@install -d "$(HEADERS)/shim"
	@install -m 0644 $(HEADERFILES) "$(HEADERS)"
	@install -m 0644 $(wildcard lua/shim/*.h) "$(HEADERS)/shim"

uninstall:
	@rm -rf "$(MODULES)" "$(HEADERS)"
	@for f in $(LIB) $(notdir $(HALVES)); do rm -f "$(SCRIPTS)/$$f"; done
	$(MAKE) -C cli uninstall DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)"
	$(call prune,$(SCRIPTS))
	$(DEPMOD)

examples_install:
	@install -d "$(SCRIPTS)/examples"
	@for f in $(EXAMPLES); do install -D -m 0644 "examples/$$f" "$(SCRIPTS)/examples/$$f" || exit 1; done
	@install -m 0644 examples/passwd.lua "$(SCRIPTS)/passwd.lua"

examples_uninstall:
	@for f in $(EXAMPLES); do rm -f "$(SCRIPTS)/examples/$$f"; done
	rm -f "$(SCRIPTS)/passwd.lua"
	$(call prune,$(SCRIPTS))

# kbuild does not make type information for every kernel; see bind/xdp/btf.sh
btf_install: modules
	@[ ! -e bind/xdp/luaxdp.ko ] || BTF=again $(BTF)
	@[ ! -d "$(MODULES)" ] || $(MAKE) --no-print-directory modules_install
	$(DEPMOD)

ebpf: $(EBPF:.c=.o)

$(EBPF:.c=.o): %.o: %.c
	@[ ! -x tests/vm/deps.sh ] || tests/vm/deps.sh ebpf
	$(CLANG) $(EBPF_FLAGS) -c -o $@ $<

ebpf_install: ebpf
	@install -d "$(EBPF_DIR)"
	@install -m 0644 $(EBPF:.c=.o) "$(EBPF_DIR)"

ebpf_uninstall:
	@for f in $(notdir $(EBPF:.c=.o)); do rm -f "$(EBPF_DIR)/$$f"; done
	@[ ! -d "$(EBPF_DIR)" ] || rmdir -p --ignore-fail-on-non-empty "$(EBPF_DIR)"

# prune DIR: remove the folders in it that hold nothing, and itself if it does not either.
prune = [ ! -d "$(1)" ] || find "$(1)" -depth -type d -empty -delete

clean:
	[ ! -d "$(MODULES_BUILD_PATH)" ] || $(KERNEL_RUN) $(MAKE) -C "$(MODULES_BUILD_PATH)" $(KERNEL_MAKE) M="$(CURDIR)" clean
	[ ! -d cli ] || $(MAKE) -C cli clean
	rm -f $(EBPF:.c=.o)

# A command line is handed on as it was typed; $$ stands for one $ too, as make's users write it.
override CMD := $(subst $$$$,$$,$(value CMD))
VM_VARIABLES := CMD KERNEL SHARE CPUS ICOUNT KMEMLEAK VM_TIMEOUT VM_MEM VM_NOLOAD VM_CONSOLE VM_TTY LUNATIK_CACHE
export $(VM_VARIABLES)

# make would exit with 2 whatever the command's status was, and say so: it becomes the command.
ifneq ($(filter vm test,$(MAKECMDGOALS)),)
BECOME := $(or $(LUNATIK_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lunatik)/become.so
$(BECOME): tests/vm/become.c
	@tests/vm/deps.sh vm
	@mkdir -p $(@D) && cc -shared -fPIC -O2 -Wall -Wextra -o $@.$$$$ $< && mv $@.$$$$ $@
-load $(BECOME)
endif

vm:
	$(become tests/vm/run,$(VM_VARIABLES))@tests/vm/run

test:
	$(become tests/run,KERNEL LUNATIK_CACHE)@tests/run

# Half an hour of packets; SOAK=seconds, KERNEL=debug for the kernel that checks itself.
SOAK ?= 1800
soak:
	@KERNEL=$(or $(KERNEL),6.12) CPUS=2 VM_TIMEOUT=$$(($(SOAK) + 300)) \
		CMD="SOAK=$(SOAK) $(CURDIR)/tests/suites/vm/soak" tests/vm/run

check:
	@tests/vm/deps.sh check
	@tests/check/run

host-lua:
	@tests/vm/deps.sh host
	@$(MAKE) --no-print-directory -C lua/host
	@tests/run --on host lang

bench:
	@bench/run

.PHONY: all modules cli install modules_install scripts_install headers_install uninstall \
	examples_install examples_uninstall btf_install ebpf ebpf_install ebpf_uninstall clean vm test soak check host-lua bench
