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
FLAGS = -std=c11 $(CPPFLAGS) $(CFLAGS) $(HARD) $(WARN) \
	$(if $(WERROR),-Werror) -MMD -MP
HARDLINK = -Wl,-z,relro,-z,now,-z,noexecstack,--gc-sections

# O holds the objects; G those of the programs that need crypt(3), which
# Debian's musl lacks: glibc's, whatever the others are linked against.
O := $B/obj
ifdef SAN
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
COMPILE = $(BASE) $(FLAGS) $(SANITIZE)
LINK = $(BASE) $(SANITIZE) -pie $(HARDLINK) -o $@ $1
G := $O
LINK_G = $(LINK) -lcrypt
else
COMPILE_G = $(BASE) $(FLAGS)
LINK_G = $(BASE) -static-pie $(HARDLINK) -o $@ $1 -lcrypt
ifeq ($(LIBC),musl)
# musl-gcc has no -static-pie: the same by hand, with musl's own start files;
# and the kernel's headers, which count as libc, behind musl's own.
MUSLDIR := /usr/lib/$(shell gcc -print-multiarch | sed 's/-gnu$$/-musl/')/
COMPILE = musl-gcc $(FLAGS) -idirafter /usr/include -idirafter \
	/usr/include/$(shell gcc -print-multiarch)
LINK = musl-gcc -static -nostartfiles \
	-Wl,-pie,--no-dynamic-linker,-z,text $(HARDLINK) -o $@ \
	$(MUSLDIR)rcrt1.o $(MUSLDIR)crti.o \
	$(shell gcc -print-file-name=crtbeginS.o) $1 \
	$(shell gcc -print-file-name=crtendS.o) $(MUSLDIR)crtn.o
G := $B/obj-glibc
else
COMPILE = $(COMPILE_G)
LINK = $(BASE) -static-pie $(HARDLINK) -o $@ $1
G := $O
endif
endif
HARD += -ffunction-sections -fdata-sections

# --- what is built --------------------------------------------------------

PROGRAMS := $(foreach d,$(patsubst services/%/,%,$(wildcard services/*/)),\
	$(if $(wildcard services/$d/$d.c),$d))
SCRIPTS := $(foreach d,$(patsubst services/%/,%,$(wildcard services/*/)),\
	$(if $(wildcard services/$d/$d.sh),$d))
LIBS = mail dns io
CRYPT = authd account
sources = $(patsubst %.c,%.o,$(wildcard $1/*.c))
archives = $(LIBS:%=$1/lib%.a)
MANPAGES := $(wildcard inetd/*.[1-9] services/*.[1-9] services/*/*.[1-9])

all: $B/bin/inetd $(PROGRAMS:%=$B/bin/%) $(SCRIPTS:%=$B/bin/%)

# inetd is libc alone; inetctl, its client, is one file beside it.
INETD_OBJECTS := $(filter-out $O/inetd/inetctl.o,$(addprefix \
	$O/,$(call sources,inetd)))
$B/bin/inetd: $(INETD_OBJECTS)
	@mkdir -p $(@D)
	$(call LINK,$^)
	@chmod 755 $(@D) $@

# program NAME,OBJECTS,LINK
define program
$B/bin/$1: $(addprefix $2/,$(call sources,services/$1)) $(call archives,$2)
	@mkdir -p $$(@D)
	$$(call $3,$$^)
	@chmod 755 $$(@D) $$@
endef
$(foreach p,$(filter-out $(CRYPT),$(PROGRAMS)),$(eval \
	$(call program,$p,$O,LINK)))
$(foreach p,$(filter $(CRYPT),$(PROGRAMS)),$(eval \
	$(call program,$p,$G,LINK_G)))

define script
$B/bin/$1: services/$1/$1.sh
	@mkdir -p $$(@D)
	sed 's|@SAMPLES@|$(CURDIR)/etc|' $$< >$$@
	@chmod 755 $$@
endef
$(foreach p,$(SCRIPTS),$(eval $(call script,$p)))

# library NAME,OBJECTS
define library
$2/lib$1.a: $(addprefix $2/,$(call sources,services/lib/$1))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar crsD $$@ $$^
endef
$(foreach o,$(sort $O $G),$(foreach l,$(LIBS),$(eval $(call library,$l,$o))))

$O/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<
ifneq ($O,$G)
$G/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE_G) -c -o $@ $<
endif

-include $(shell find $(sort $O $G) -name '*.d' 2>/dev/null)

# Unit tests: tests/unit/NAME.c is the program $B/unit/NAME; it prints one
# line a check that failed and a last line "NAME: N checks, N failed".
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
unit: $(UNITS:%=$B/unit/%)
$B/unit/%: $O/tests/unit/%.o $(call archives,$O)
	@mkdir -p $(@D)
	$(call LINK,$^)
.SECONDARY:
