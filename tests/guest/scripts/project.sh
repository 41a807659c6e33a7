#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: gcc make ninja ar
# A slice of this project, built by make and by ninja, and what comes of it.
set -e
root=$(cd "$(dirname "$0")/../../.." && pwd)
flags="-std=gnu11 -Wall -Wextra -O1 -I$root/include -iquote $root/src"
cat >Makefile <<END
objects := data.o desc.o extent.o log.o parse.o policy.o
vpath %.c $root/src $root/src/linux
all: slice.a
slice.a: \$(objects)
	ar rcD \$@ \$^
%.o: %.c
	gcc $flags -MMD -c \$< -o \$@
-include *.d
END
make -s -j3 && ar t slice.a && cksum slice.a
touch -d '+1 hour' "data.d" && make -q || echo "make $?"
cat >build.ninja <<END
rule cc
  command = gcc $flags -MMD -MF \$out.d -c \$in -o \$out
  depfile = \$out.d
  deps = gcc
rule run
  command = ./\$in >\$out
rule link
  command = gcc \$in -o \$out
build main.o: cc main.c
build other.o: cc other.c
build program: link main.o other.o
build said: run program
END
echo 'int other(int); int main(void) { return other(7) - 49; }' >main.c
cat >other.c <<'END'
#include <stdio.h>
int other(int n)
{
	printf("made %d\n", n);
	return n * n;
}
END
ninja -j3 --quiet && cat said && ninja -j3
echo 'int other(' >other.c
ninja -j3 >log || echo "ninja $?"
grep -c error log
