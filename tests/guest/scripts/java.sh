#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: java
java -Xint -Xmx64m -version 2>&1 | tail -n 1
java -XX:+UseSerialGC -XX:+PrintFlagsFinal -version 2>/dev/null | wc -l
