#!/bin/bash
# Grades a class as an array of Slurm jobs, a shard each, and merges them once all are done:
#
#   bash cluster/slurm.sh CLASS OUT SHARDS [options of grader score]
#
# CLASS and OUT lie on a disk that all nodes share, and the nodes find `grader`. What a shard may use is said before the command:
# CPUS=4 MEMORY=16G SBATCH_PARTITION=short SBATCH_TIMELIMIT=4:00:00 bash cluster/slurm.sh ...
# The parts and their logs are in OUT.parts. If a shard failed, look there and give the same command again.
set -euo pipefail
class=$1 out=$2 shards=$3
shift 3
parts=${out%/}.parts
if [ "${SLURM_JOB_NAME:-}" = grader-score ]; then
  exec grader score "$class" --shard "$SLURM_ARRAY_TASK_ID/$shards" --seed "$(cat "$parts/seed")" \
    --out "$parts/$SLURM_ARRAY_TASK_ID" --jobs "${SLURM_CPUS_PER_TASK:-1}" "$@"
elif [ "${SLURM_JOB_NAME:-}" = grader-merge ]; then
  folders=()
  for ((index = 1; index <= shards; index++)); do folders+=("$parts/$index"); done
  exec grader merge "$out" "${folders[@]}"
fi
mkdir -p -m 700 "$parts" # the seed in it is the teacher's alone
[ -s "$parts/seed" ] || python3 -c 'import secrets; print(secrets.randbelow(2**53))' > "$parts/seed"
array=$(sbatch --parsable --job-name=grader-score --array="1-$shards" --cpus-per-task="${CPUS:-2}" --mem="${MEMORY:-8G}" \
  --output="$parts/%a.log" "$0" "$class" "$out" "$shards" "$@")
sbatch --job-name=grader-merge --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes --output="$parts/merge.log" \
  "$0" "$class" "$out" "$shards"
