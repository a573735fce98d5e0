#!/usr/bin/env bash
# Clones the repository into an empty folder and runs it there with Node 20 as the only Node on the PATH, as a stranger would:
# `npm start -- --demo` until the console shows calls, then `npm test`. Run by hand; it installs everything from the registry.
#   e2e/fresh-clone.sh [FOLDER WITH node AND npm OF NODE 20 [--start-only]]      default: the folder of the node on the PATH
set -euo pipefail
# Each start is a process group of its own, so that it can be stopped as Ctrl-C does it: npm does not pass a signal on.
set -m

source=$(cd "$(dirname "$0")/.." && pwd)
node_folder=${1:-$(dirname "$(command -v node)")}
folder=$(mktemp -d)
started=
finish() {
  [ -z "$started" ] || kill -TERM -- "-$started" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

mkdir "$folder/bin" "$folder/home"
for tool in node npm npx; do ln -s "$(readlink -f "$node_folder/$tool")" "$folder/bin/$tool"; done
export PATH="$folder/bin:/usr/bin:/bin:/usr/sbin:/sbin" HOME="$folder/home"
case $(node --version) in
  v20.*) ;;
  *) echo "this node is $(node --version), not Node 20: name the folder of a Node 20" >&2; exit 2 ;;
esac

git clone --quiet "$source" "$folder/signalbox"
cd "$folder/signalbox"
echo "node $(node --version), npm $(npm --version), $(git log -1 --format='%h %s')"

http=127.0.0.1:8961
sip=127.0.0.1:5961
first_byte() { curl --silent --fail --max-time 2 "http://$http/healthz" >/dev/null; }
wait_for_start() {
  if first_byte; then echo "something else serves at $http"; exit 1; fi
  begun=$(date +%s%N)
  until first_byte; do
    kill -0 "$started" 2>/dev/null || { echo "npm start ended"; cat start.log; exit 1; }
    [ $((($(date +%s%N) - begun) / 1000000000)) -lt 600 ] || { echo "no answer in 10 minutes"; cat start.log; exit 1; }
    sleep 0.2
  done
  echo "$1: serving after $((($(date +%s%N) - begun) / 1000000)) ms"
}
start() {
  if first_byte; then echo "something else serves at $http"; exit 1; fi
  npm start -- --demo --http "$http" --listen "udp:$sip" --data-dir "$folder/data" >start.log 2>&1 &
  started=$!
}
stop() {
  kill -INT -- "-$started"
  wait "$started" || true
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do first_byte || break; sleep 1; done
  if first_byte; then echo 'it still serves 15 s after Ctrl-C'; exit 1; fi
  started=
}

start
wait_for_start 'first start'
cat start.log
sleep 15
curl --silent --fail --data '{"jsonrpc":"2.0","method":"tm.stats","id":1}' "http://$http/RPC"
echo
curl --silent --fail "http://$http/" | grep -qi '<!doctype html>' && echo 'the console is served'
stop

start
wait_for_start 'second start'
stop

[ "${2:-}" = --start-only ] || npm test
