# labnet - one Makefile, not recursive.  `make help` lists the targets.
#
# Variants, each in a folder of its own so that they never mix:
#	make			gcc, static against musl if musl-gcc is there,
#				else static against glibc	-> build/
#	make LIBC=glibc		static against glibc		-> build/glibc/
#	make CC=clang		clang, static against glibc	-> build/clang/
#	make SAN=1		gcc, ASan and UBSan, dynamic	-> build/san/
# A folder services/NAME that holds NAME.c is the program NAME: no list to edit.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL = /bin/sh

PREFIX = /usr/local
SITE =
T = 60
BASE := $(if $(filter default,$(origin CC)),gcc,$(CC))
MUSL := $(if $(filter gcc,$(BASE)),$(shell command -v musl-gcc))
ifdef SAN
override LIBC := shared
else ifeq ($(origin LIBC),undefined)
LIBC := $(if $(MUSL),musl,glibc)
endif
B := $(strip $(if $(SAN),build/san,$(if $(filter-out gcc,$(BASE)),\
	build/$(notdir $(BASE)),$(if $(MUSL),$(if $(filter glibc,$(LIBC)),\
	build/glibc,build),build))))

# --- how to compile -------------------------------------------------------

# The hardening flags cost one page fault an exec (static-pie) and no more.
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla -Wwrite-strings -Wundef
HARD = -fPIE -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full $(if $(filter gcc,$(BASE)), \
	-ftrivial-auto-var-init=zero -fzero-call-used-regs=used) \
	$(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if \
	$(filter gcc,$(BASE)),3,2))
CFLAGS = -O2 -g
CPPFLAGS = -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -Iservices/lib
COMPILE = $(TOOL) -std=c11 $(CPPFLAGS) $(CFLAGS) $(HARD) $(WARN) \
	$(if $(WERROR),-Werror) $(SANITIZE) -MMD -MP
HARDLINK = -Wl,-z,relro,-z,now,-z,noexecstack,--gc-sections

ifdef SAN
TOOL = $(BASE)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LINK = $(TOOL) $(SANITIZE) -pie $(HARDLINK) -o $@
CRYPT = -lcrypt
else ifeq ($(LIBC),musl)
# musl-gcc has no -static-pie: the same by hand, with musl's own start files.
TOOL = musl-gcc
# The kernel's headers, which count as libc, after musl's own.
CPPFLAGS += -idirafter /usr/include -idirafter \
	/usr/include/$(shell gcc -print-multiarch)
MUSLDIR := $(dir $(shell musl-gcc -print-file-name=rcrt1.o))
MUSLDIR := $(or $(filter /%,$(MUSLDIR)),/usr/lib/$(shell \
	uname -m)-linux-musl/)
LINK = $(TOOL) -static -nostartfiles \
	-Wl,-pie,--no-dynamic-linker,-z,text $(HARDLINK) -o $@ \
	$(MUSLDIR)rcrt1.o $(MUSLDIR)crti.o \
	$(shell gcc -print-file-name=crtbeginS.o)
LINKEND = $(shell gcc -print-file-name=crtendS.o) $(MUSLDIR)crtn.o
CRYPT =
else
TOOL = $(BASE)
LINK = $(TOOL) -static-pie $(HARDLINK) -o $@
CRYPT = -lcrypt
endif
HARD += -ffunction-sections -fdata-sections

# --- what is built --------------------------------------------------------

PROGRAMS := $(foreach d,$(patsubst services/%/,%,$(wildcard services/*/)),\
	$(if $(wildcard services/$d/$d.c),$d))
SCRIPTS := $(foreach d,$(patsubst services/%/,%,$(wildcard services/*/)),\
	$(if $(wildcard services/$d/$d.sh),$d))
LIBS = mail dns io
objects = $(patsubst %.c,$B/obj/%.o,$(wildcard $1/*.c))
archives = $(LIBS:%=$B/lib%.a)
MANPAGES := $(wildcard inetd/*.[1-9] services/*.[1-9] services/*/*.[1-9])

all: $B/bin/inetd $(PROGRAMS:%=$B/bin/%) $(SCRIPTS:%=$B/bin/%)

# inetd is libc alone; inetctl, its client, is one file beside it.
INETD_OBJECTS = $(filter-out $B/obj/inetd/inetctl.o,$(call objects,inetd))
$B/bin/inetd: $(INETD_OBJECTS)
	@mkdir -p $(@D)
	$(LINK) $(INETD_OBJECTS) $(LINKEND)

define program
$B/bin/$1: $(call objects,services/$1) $(archives)
	@mkdir -p $$(@D)
	$$(LINK) $(call objects,services/$1) $(archives) \
		$$(if $$(filter authd account,$1),$$(CRYPT)) $$(LINKEND)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$p)))

define script
$B/bin/$1: services/$1/$1.sh
	@mkdir -p $$(@D)
	install -m 755 $$< $$@
endef
$(foreach p,$(SCRIPTS),$(eval $(call script,$p)))

define library
$B/lib$1.a: $(call objects,services/lib/$1)
	@mkdir -p $$(@D)
	@rm -f $$@
	ar crsD $$@ $(call objects,services/lib/$1)
endef
$(foreach l,$(LIBS),$(eval $(call library,$l)))

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

-include $(shell find $B/obj -name '*.d' 2>/dev/null)

# Unit tests: tests/unit/NAME.c is the program $B/unit/NAME; it prints one
# line a check that failed and a last line "NAME: N checks, N failed".
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
unit: $(UNITS:%=$B/unit/%)
$B/unit/%: $B/obj/tests/unit/%.o $(archives)
	@mkdir -p $(@D)
	$(LINK) $< $(archives) $(LINKEND)
.SECONDARY:
