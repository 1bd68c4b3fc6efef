#!/bin/bash
#SBATCH --job-name=grader
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --mem-per-cpu=3G
#SBATCH --time=02:00:00
#
# Grades a class on four machines of a Slurm cluster. Change the lines above as you need, and submit it with what
# `grader score` takes, from a folder that all machines share:
#
#     sbatch dask-slurm.sh SUBMISSIONS --course solutions --out report
set -eu
umask 077 # only you may read the key below, and who has it may run programs as you

folder=$(mktemp -d "$PWD/.grader-dask-XXXXXXXX")
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
threads=${SLURM_CPUS_PER_TASK:-2}

# One certificate for this job alone: scheduler, workers and the grader speak only to those who have it.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 -subj /CN=grader \
    -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
cat "$folder/certificate.pem" "$folder/key.pem" >"$folder/own.pem"
export DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION=True
export DASK_DISTRIBUTED__COMM__TLS__CA_FILE="$folder/own.pem"
export DASK_DISTRIBUTED__COMM__TLS__SCHEDULER__CERT="$folder/own.pem"
export DASK_DISTRIBUTED__COMM__TLS__WORKER__CERT="$folder/own.pem"
export DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT="$folder/own.pem"

dask scheduler --protocol tls --port 0 --no-dashboard --dashboard-address 127.0.0.1:0 \
    --scheduler-file "$folder/scheduler.json" &
until [ -s "$folder/scheduler.json" ]; do
    kill -0 $! # it has ended if this fails, and so has the job
    sleep 1
done
srun --cpus-per-task="$threads" dask worker --protocol tls --scheduler-file "$folder/scheduler.json" \
    --nworkers 1 --nthreads "$threads" --memory-limit 0 --no-dashboard --dashboard-address 127.0.0.1:0 \
    --death-timeout 120 --local-directory "${TMPDIR:-/tmp}" &

grader score "$@" --engine dask --scheduler "$folder/scheduler.json"
