#!/bin/bash
# Grades a class in shards on several machines with GNU parallel, and merges them:
#
#   PARALLEL="--sshlogin one,two,three" bash cluster/parallel.sh CLASS OUT SHARDS [options of grader score]
#
# CLASS and OUT lie on a disk that the machines share, under the same path, and each machine finds `grader`. It grades one shard
# at a time, with all of its cores. The parts are in OUT.parts. If a shard failed, give the same command again.
set -euo pipefail
class=$1 out=$2 shards=$3
shift 3
parts=${out%/}.parts
mkdir -p -m 700 "$parts" # the seed in it is the teacher's alone
[ -s "$parts/seed" ] || python3 -c 'import secrets; print(secrets.randbelow(2**53))' > "$parts/seed"
folders=()
for ((index = 1; index <= shards; index++)); do folders+=("$parts/$index"); done
seq "$shards" | parallel --quote --jobs 1 --workdir . \
  grader score "$class" --shard "{}/$shards" --seed "$(cat "$parts/seed")" --out "$parts/{}" "$@"
exec grader merge "$out" "${folders[@]}"
