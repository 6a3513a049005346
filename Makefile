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

# V=1 shows every command whole.
Q := $(if $V,,@)
say := @$(if $V,:,echo)
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

all: $B/bin/inetd $B/bin/inetctl $(PROGRAMS:%=$B/bin/%) $(SCRIPTS:%=$B/bin/%)

# inetd is libc alone; inetctl, its client, is some files beside it.
INETCTL := $(addprefix $O/inetd/,inetctl.o tally.o traffic.o)
INETD_OBJECTS := $(filter-out $(INETCTL),$(addprefix \
	$O/,$(call sources,inetd)))
$B/bin/inetd: $(INETD_OBJECTS)
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(call LINK,$^)
	@chmod 755 $(@D) $@
$B/bin/inetctl: $(INETCTL) $O/inetd/address.o
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(call LINK,$^)

# program NAME,OBJECTS,LINK
define program
$B/bin/$1: $(addprefix $2/,$(call sources,services/$1)) $(call archives,$2)
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(call $3,$$^)
	@chmod 755 $$(@D) $$@
endef
$(foreach p,$(filter-out $(CRYPT),$(PROGRAMS)),$(eval \
	$(call program,$p,$O,LINK)))
$(foreach p,$(filter $(CRYPT),$(PROGRAMS)),$(eval \
	$(call program,$p,$G,LINK_G)))

define script
$B/bin/$1: services/$1/$1.sh
	@mkdir -p $$(@D)
	$$(Q)sed 's|@SAMPLES@|$(CURDIR)/etc|' $$< >$$@
	@chmod 755 $$@
endef
$(foreach p,$(SCRIPTS),$(eval $(call script,$p)))

# library NAME,OBJECTS
define library
$2/lib$1.a: $(addprefix $2/,$(call sources,services/lib/$1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar crsD $$@ $$^
endef
$(foreach o,$(sort $O $G),$(foreach l,$(LIBS),$(eval $(call library,$l,$o))))

$O/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(COMPILE) -c -o $@ $<
ifneq ($O,$G)
$G/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $< '(glibc)'
	$(Q)$(COMPILE_G) -c -o $@ $<
endif

-include $(shell find $(sort $O $G) -name '*.d' 2>/dev/null)

# Unit tests: tests/unit/NAME.c is the program $B/unit/NAME; it prints one
# line a check that failed and a last line "NAME: N checks, N failed".
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
# Without their sandbox, for tools that do not work inside one.
BARE = dnsd resolver
unit: $(UNITS:%=$B/unit/%) $(BARE:%=$B/bare/%)
define bare
$B/bare/$1: $(addprefix $O/,$(call sources,services/$1)) \
		$O/tests/bench/bare.o $(call archives,$O)
	@mkdir -p $$(@D)
	$$(Q)$$(call LINK,$$^)
endef
$(foreach p,$(BARE),$(eval $(call bare,$p)))
$B/unit/%: $O/tests/unit/%.o $(call archives,$O)
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(call LINK,$^)
.SECONDARY:

# --- how to use it --------------------------------------------------------

OFFSET = $(shell [ "$$(id -u)" -eq 0 ] || echo 8000)

## run: build, make this checkout a site, run inetd in the foreground
run: all
	@$B/bin/site -d .
	@[ -z "$(OFFSET)" ] || echo 'Not root: every port is its number + 8000.'
	@printf '%s\n' 'A first session, in another terminal (inetd ends by ^C):' \
		'	nc -C 127.0.0.1 $(if $(OFFSET),8025,25)' \
		'	HELO crepes.fr' \
		'	MAIL FROM: <alice@crepes.fr>' \
		'	RCPT TO: <bob@hamburger.edu>' \
		'	DATA' \
		'	Do you like ketchup?' \
		'	.' \
		'	QUIT' \
		'and bob reads it with `nc -C 127.0.0.1 $(if \
		$(OFFSET),8110,110)`: user bob, pass hungry, retr 1, quit.'
	@exec $B/bin/inetd -f -C . $(if $(OFFSET),-o $(OFFSET))

## site SITE=dir: make a directory a site
site: $B/bin/site $B/bin/account
	@[ -n "$(SITE)" ] || { echo 'usage: make site SITE=dir' >&2; exit 1; }
	$B/bin/site $(SITE)

## install PREFIX=/usr/local DESTDIR=: programs, man pages, the shipped etc
install: all
	install -d $(DESTDIR)$(PREFIX)/libexec/labnet \
		$(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/share/labnet/etc
	install -m 755 $(wildcard $B/bin/*) $(DESTDIR)$(PREFIX)/libexec/labnet
	sed 's|@SAMPLES@|$(PREFIX)/share/labnet/etc|' services/site/site.sh \
		>$(DESTDIR)$(PREFIX)/libexec/labnet/site
	for p in inetd inetctl account mailq resolver \
		sendmail site zonecheck; do \
		p=$$(basename $$p .c) && \
		ln -sf ../libexec/labnet/$$p $(DESTDIR)$(PREFIX)/sbin/$$p || \
		exit 1; done
	cd etc && find . -type f ! -name 'passwd*' -exec install -D -m 644 \
		{} $(DESTDIR)$(PREFIX)/share/labnet/etc/{} \;
	for m in $(MANPAGES); do install -D -m 644 $$m \
		$(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/} || \
		exit 1; done

## test: all tests; installs what they need (Debian, root) or says what
# ONLY='whole smtp' runs those bats files alone.
test: all unit
	@tests/packages
	@LABNET_BIN=$(CURDIR)/$B/bin LABNET_UNIT=$(CURDIR)/$B/unit \
		tests/run $(ONLY)

## check-quick: unit tests and transcripts, in seconds
check-quick: all unit
	@LABNET_BIN=$(CURDIR)/$B/bin LABNET_UNIT=$(CURDIR)/$B/unit \
		tests/run quick

## lint: warnings as errors with gcc and clang, and what the checkers say
lint:
	@tests/packages
	@tests/lint

## fuzz T=60: each fuzz target for T seconds
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz: $(FUZZERS:%=$B/fuzz/%)
	@for f in $(FUZZERS); do mkdir -p $B/corpus/$$f && \
		$B/fuzz/$$f -max_total_time=$(T) -timeout=5 -verbosity=0 \
		-close_fd_mask=3 $B/corpus/$$f \
		$$(ls -d tests/fuzz/corpus/$$f 2>/dev/null) && \
		echo "$$f: nothing found" || exit 1; done
FUZZED = $(wildcard services/lib/*/*.c)
# A target that needs a program's own files names them on a line `fuzz: FILE';
# inetd's need nothing else, and some of its names are those of the libraries.
$B/fuzz/%: tests/fuzz/%.c $(FUZZED)
	@mkdir -p $(@D)
	clang -std=c11 $(CPPFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $@ $< \
		$$(sed -n 's/^ \* fuzz: //p' $<) \
		$$(grep -qE '^ \* fuzz: (inetd|services/lib)/' $< || echo $(FUZZED))

## faults: calls of deliver, smtpd and relay fail, planted faults are found; 1,000 reloads
faults: all
	@tests/packages
	LABNET_BIN=$(CURDIR)/$B/bin tests/faults/delivery
	LABNET_BIN=$(CURDIR)/$B/bin tests/faults/relay
	LABNET_BIN=$(CURDIR)/$B/bin tests/faults/mutants
	LABNET_BIN=$(CURDIR)/$B/bin tests/faults/inetd

## trusted: count the lines of inetd, authd, deliver and what they link
trusted: all
	@LABNET_BIN=$(CURDIR)/$B/bin tests/trusted

## bench: every benchmark, beside the peers; bench-NAME: one
BENCHES := $(patsubst tests/bench/%,bench-%,$(filter-out \
	%.c %.py %.md %.sh %.bash,$(wildcard tests/bench/*)))
bench: $(BENCHES)
$(BENCHES): bench-%: all
	LABNET_BIN=$(CURDIR)/$B/bin tests/bench/$*

clean:
	rm -rf build

## help: this list
help:
	@sed -n 's/^## /make /p' Makefile

.PHONY: all run site install test check-quick lint fuzz faults trusted bench \
	$(BENCHES) clean help unit
