#!/bin/sh
# Runs MongoDB's Windows build under Wine as if it were mongod: takes mongod's options with Unix paths.
# The set-up copies this beside mongod.exe where MongoDB's own build cannot be downloaded. The last
# line replaces this shell, so the process id is mongod's; SIGINT is the signal that ends it cleanly.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export WINEPREFIX="${WINEPREFIX:-$here/wine}" WINEDEBUG=-all
mkdir -p "$WINEPREFIX"

windows_path() {
  case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
  printf 'Z:%s' "$path" | tr / '\\'
}

# Each option is taken from the front of the list and put back, translated, at its end.
count=$#
while [ "$count" -gt 0 ]; do
  option=$1
  shift
  count=$((count - 1))
  case $option in
    --dbpath | --logpath | --pidfilepath | --keyFile | --config)
      set -- "$@" "$option" "$(windows_path "$1")"
      shift
      count=$((count - 1))
      ;;
    --dbpath=* | --logpath=* | --pidfilepath=* | --keyFile=* | --config=*)
      set -- "$@" "${option%%=*}" "$(windows_path "${option#*=}")"
      ;;
    --nounixsocket) ;; # Windows has none
    *) set -- "$@" "$option" ;;
  esac
done
exec wine "$here/mongod.exe" "$@"
