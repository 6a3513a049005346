/*
 * sandbox_tables.c - tables of handlers that nobody can write to
 *
 * They hold addresses, which a program that may lie anywhere fills in when it
 * starts.  The linker marks them (PT_GNU_RELRO) for whoever did that to make
 * them read-only then; not all libcs do so in a static program.
 */
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/sandbox.h"

int
sandbox_tables(void)
{
	uintptr_t headers = getauxval(AT_PHDR), start, end;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t file = headers - sizeof(ElfW(Ehdr)), moved = file;
	const ElfW(Phdr) *h = (const ElfW(Phdr) *)headers, *relro = NULL;
	size_t n = getauxval(AT_PHNUM);

	if (headers == 0)
		return 0;
	for (; n > 0; n--, h++)
		if (h->p_type == PT_LOAD && h->p_offset == 0)
			moved = file - h->p_vaddr;
		else if (h->p_type == PT_GNU_RELRO)
			relro = h;
	if (relro == NULL)
		return 0;
	start = (moved + relro->p_vaddr) & -page;
	end = (moved + relro->p_vaddr + relro->p_memsz) & -page;
	return start == end ? 0 :
	    mprotect((char *)file + (start - file), end - start, PROT_READ);
}
