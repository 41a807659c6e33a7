/* SPDX-License-Identifier: MIT */
/* Goes once through the table ENCASE_RECORDS: entries that nobody has defined are nothing. */
/* clang-format off */
#ifndef ERROR
#define ERROR(...)
#endif
#ifndef GROUP
#define GROUP(...)
#endif
#ifndef HANDLE
#define HANDLE(...)
#endif
#ifndef ENUM
#define ENUM(...)
#endif
#ifndef RECORD
#define RECORD(...)
#endif
#ifndef UNION
#define UNION(...)
#endif
#ifndef OPTION
#define OPTION(...)
#endif
#ifndef GENERAL
#define GENERAL(...)
#endif
#ifndef FAST
#define FAST(...)
#endif

#include ENCASE_RECORDS

#undef ERROR
#undef GROUP
#undef HANDLE
#undef ENUM
#undef RECORD
#undef UNION
#undef OPTION
#undef GENERAL
#undef FAST
