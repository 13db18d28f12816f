#!/bin/sh
# Collects what nfscope reads of a node, or of all nodes of a Kubernetes cluster, into one .tar.gz that the page opens.
#
#   sudo sh collect.sh                 this machine
#   sh collect.sh --cluster            every node that kubectl knows, through `kubectl debug node/...`
#   sh collect.sh --help               the rest
#
# It only reads:
# - Nothing is loaded into the kernel. Listing a legacy table with `iptables-legacy -t TABLE` would create it, with its hooks; so legacy tables are
#   read only where /proc/net/ip_tables_names (ip6_, arp_) names any, and then by `iptables-legacy-save`, which lists those and no others. nft and
#   ipset would load their module: where there is one that is not loaded, they are not asked, because there is nothing to list.
# - Connections are counted, never listed. Of the machine's files only /etc/os-release is read.
# - Every command has a time limit; what is written lies in a folder of its own, for root alone, and is removed at the end.
#
# The archive has addresses and names of the network in it: treat it like the rules themselves.
set -u
umask 077
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# Seconds that one command may take, and one node of a cluster.
LIMIT=60
NODE_LIMIT=300
# Nodes at a time.
JOBS=4
COUNTERS=yes
DRY=no
CLUSTER=no
OUTPUT=
NAME=
HOST_ROOT=
IMAGE=docker.io/library/busybox:1.36
NAMESPACE=
NODES=
SELECTOR=
PODS=
CONTAINER=
# What a node of a cluster answers with: text that goes through kubectl.
STREAM=no

usage() {
  cat <<'END'
usage: collect.sh [OPTIONS]                    this machine, as root
       collect.sh --cluster [OPTIONS]          all nodes, by kubectl, which needs no root here

  --output FILE        where to (default: nfscope-NAME-TIME.tar.gz here; - is standard output)
  --name NAME          the node's name in the archive (default: the host's)
  --no-counters        leave out packet and byte counters
  --timeout SECONDS    of each command (default 60)
  --dry-run            print the commands that would run, and run none of them
  --host-root FOLDER   use the tools below FOLDER, by chroot, where they are there: for a privileged container

  --cluster            one archive with a folder for each node
  --nodes A,B          only these nodes
  --selector LABELS    only nodes with these labels
  --image IMAGE        of the debugging pods (default docker.io/library/busybox:1.36; it needs sh, sed, grep and base64). The node's own
                       tools are used where it has them, else the image's
  --namespace NAME     where the debugging pods, or the existing ones, are
  --pods LABELS        use running privileged pods with these labels instead, such as k8s-app=calico-node
  --container NAME     of those pods
  --jobs NUMBER        nodes at a time (default 4)
  --node-timeout SECONDS  of each node (default 300)
END
}

say() {
  printf 'collect.sh: %s\n' "$*" >&2
}

die() {
  say "$*"
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
  esac
}

# What a file system and a listing take.
clean_name() {
  printf '%s' "$1" | tr -c 'A-Za-z0-9._-' '-' | sed 's/^[.-]*//' | cut -c1-100
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --no-counters) COUNTERS=no ;;
      --dry-run) DRY=yes ;;
      --cluster) CLUSTER=yes ;;
      --stream) STREAM=yes ;;
      -h | --help)
        usage
        exit 0
        ;;
      --output | --name | --timeout | --host-root | --nodes | --selector | --image | --namespace | --pods | --container | --jobs | --node-timeout)
        [ $# -ge 2 ] || die "$1 needs a value"
        set_option "$1" "$2"
        shift
        ;;
      *)
        usage >&2
        die "no such option: $1"
        ;;
    esac
    shift
  done
}

set_option() {
  case $1 in
    --timeout | --jobs | --node-timeout)
      if ! is_number "$2" || [ "$2" -eq 0 ]; then die "$1 needs a number, not $2"; fi
      ;;
  esac
  case $1 in
    --output) OUTPUT=$2 ;;
    --name) NAME=$2 ;;
    --timeout) LIMIT=$2 ;;
    --host-root) HOST_ROOT=${2%/} ;;
    --nodes) NODES=$2 ;;
    --selector) SELECTOR=$2 ;;
    --image) IMAGE=$2 ;;
    --namespace) NAMESPACE=$2 ;;
    --pods) PODS=$2 ;;
    --container) CONTAINER=$2 ;;
    --jobs) JOBS=$2 ;;
    --node-timeout) NODE_LIMIT=$2 ;;
  esac
}

# limited SECONDS COMMAND...: the command's exit code, or 124 where it took too long.
limited() {
  seconds=$1
  shift
  case $LIMITER in
    kills) timeout -k 5 "$seconds" "$@" ;;
    ends) timeout "$seconds" "$@" ;;
    none) watched "$@" 3<&0 ;;
  esac
}

find_limiter() {
  if timeout -k 5 5 true 2>/dev/null; then
    LIMITER=kills
  elif timeout 5 true 2>/dev/null; then
    LIMITER=ends
  else
    LIMITER=none
  fi
}

# Where there is no timeout command.
watched() {
  # In the background a command would have no standard input.
  "$@" <&3 &
  running=$!
  (
    sleep "$seconds"
    kill -9 "$running"
  ) >/dev/null 2>&1 &
  watching=$!
  wait "$running"
  code=$?
  kill "$watching" 2>/dev/null && [ "$code" -ne 137 ] && return "$code"
  return 124
}

# --- one node ---------------------------------------------------------------------------------------------------------------------------

# The folder that is being filled, and its log.
NODE=
LOG=

note() {
  [ "$DRY" = yes ] || printf '%s\n' "$*" >>"$LOG"
}

# How TOOL is called: by chroot where the host has it. Fails where nobody has it.
tool() {
  # shellcheck disable=SC2016 # for the inner shell
  if [ -n "$HOST_ROOT" ] && chroot "$HOST_ROOT" sh -c 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; command -v "$1"' sh "$1" >/dev/null 2>&1; then
    TOOL="chroot $HOST_ROOT $1"
  elif has "$1"; then
    TOOL=$1
  else
    return 1
  fi
}

# The first of the tools that is there.
any_tool() {
  for candidate in "$@"; do
    tool "$candidate" && return
  done
  return 1
}

# save FILE COMMAND...: the command's output as FILE of the node. What it says beside that goes to the log.
save() {
  file=$1
  shift
  if [ "$DRY" = yes ]; then
    printf '%s > %s\n' "$*" "$file"
    return
  fi
  mkdir -p "$(dirname "$NODE/$file")"
  limited "$LIMIT" "$@" >"$NODE/$file" 2>"$NODE/.err" </dev/null
  code=$?
  note "$file: $*: exit $code"
  sed 's/^/  /' "$NODE/.err" >>"$LOG"
  if [ "$code" -eq 124 ]; then
    say "$NAME: $* took longer than $LIMIT seconds; $file is not whole"
    mv "$NODE/$file" "$NODE/$file.part"
    return 124
  fi
  [ "$code" -eq 0 ] || say "$NAME: $*: $(head -n 1 "$NODE/.err")"
  # An empty ruleset prints nothing: the log has it.
  [ -s "$NODE/$file" ] || rm -f "$NODE/$file"
  return "$code"
}

# False where the kernel could load the module but has not: asking would load it, and there is nothing in it.
is_loaded() {
  grep -q "^$1 " /proc/modules 2>/dev/null && return
  [ -d "/sys/module/$1" ] && return
  for modules in "$HOST_ROOT/lib/modules/$(uname -r)" "$HOST_ROOT/usr/lib/modules/$(uname -r)"; do
    if grep -qs "/$1\.ko" "$modules/modules.dep"; then
      note "the module $1 is not loaded: there is nothing to list"
      return 1
    fi
  done
  return 0
}

# Prints nft or legacy: what the tool of this name talks to. Tools older than the nft ones say neither.
backend() {
  # shellcheck disable=SC2086 # a prefix and a name
  case $(limited 10 $1 --version 2>/dev/null </dev/null) in
    *nf_tables*) printf nft ;;
    *) printf legacy ;;
  esac
}

MISSING=
missing() {
  MISSING="$MISSING $1"
  note "$1 is not installed"
}

collect_nft() {
  any_tool nft || {
    missing nft
    return
  }
  is_loaded nf_tables || return
  # shellcheck disable=SC2086 # a prefix and a name
  if [ "$COUNTERS" = yes ]; then save ruleset.nft $TOOL -a list ruleset; else save ruleset.nft $TOOL -a -s list ruleset; fi
}

# collect_xtables iptables|ip6tables NAMES-FILE
collect_xtables() {
  counters=
  [ "$COUNTERS" = yes ] && counters=-c
  nft_save=
  legacy_save=
  if tool "$1-nft-save"; then nft_save=$TOOL; fi
  if tool "$1-legacy-save"; then legacy_save=$TOOL; fi
  if tool "$1-save"; then
    plain=$TOOL
    tool "$1" || TOOL=false
    case $(backend "$TOOL") in
      nft) nft_save=${nft_save:-$plain} ;;
      *) legacy_save=${legacy_save:-$plain} ;;
    esac
  fi
  [ -n "$nft_save$legacy_save" ] || missing "$1-save"
  if [ -n "$nft_save" ] && is_loaded nf_tables; then
    # shellcheck disable=SC2086 # a prefix and a name, and nothing or -c
    save "$1-nft.save" $nft_save $counters
  fi
  if grep -qs . "$2"; then
    if [ -n "$legacy_save" ]; then
      # shellcheck disable=SC2086
      save "$1-legacy.save" $legacy_save $counters
    else
      say "$NAME: there are legacy tables ($(tr '\n' ' ' <"$2")), but no $1-legacy-save to list them with"
      note "legacy tables, and no tool for them: $(tr '\n' ' ' <"$2")"
    fi
  else
    note "no legacy tables of $1"
  fi
}

collect_arptables() {
  if tool arptables-nft-save && is_loaded nf_tables; then
    # shellcheck disable=SC2086
    save arptables-nft.save $TOOL
  fi
  grep -qs . /proc/net/arp_tables_names || return
  # shellcheck disable=SC2086
  if any_tool arptables-legacy arptables && [ "$(backend "$TOOL")" = legacy ]; then save arptables-legacy.list $TOOL -n -v -L; fi
}

collect_ebtables() {
  if tool ebtables-nft-save && is_loaded nf_tables; then
    # shellcheck disable=SC2086
    save ebtables-nft.save $TOOL
  fi
  # Legacy bridge tables have no list; each is a module.
  for table in broute nat filter; do
    grep -q "^ebtable_$table " /proc/modules 2>/dev/null || continue
    if any_tool ebtables-legacy ebtables && [ "$(backend "$TOOL")" = legacy ]; then
      # shellcheck disable=SC2086
      save "ebtables-legacy-$table.list" $TOOL -t "$table" -L --Lc
    fi
  done
}

collect_ipset() {
  tool ipset || {
    missing ipset
    return
  }
  is_loaded ip_set || return
  # shellcheck disable=SC2086
  save ipset.save $TOOL save
}

collect_ip() {
  tool ip || {
    missing ip
    return
  }
  ip=$TOOL
  # shellcheck disable=SC2086
  if limited 10 $ip -j link show lo >/dev/null 2>&1 </dev/null; then json=-j suffix=json; else json='' suffix=txt; fi
  # shellcheck disable=SC2086
  {
    save "ip/addr.$suffix" $ip -d $json addr
    save "ip/link.$suffix" $ip -d $json link
    save "ip/route.$suffix" $ip -d $json route show table all
    save "ip/route6.$suffix" $ip -6 -d $json route show table all
    save "ip/rule.$suffix" $ip -d $json rule
    save "ip/rule6.$suffix" $ip -6 -d $json rule
  }
}

# Straight from /proc/sys: the tool of that name could load modules by its configuration. Unmatched patterns are no files and are skipped.
print_sysctls() {
  cd /proc/sys || return
  grep -s '' net/bridge/bridge-nf-* net/ipv4/ip_forward net/ipv4/ip_nonlocal_bind net/ipv4/ip_local_port_range net/ipv4/fwmark_reflect \
    net/ipv4/tcp_fwmark_accept net/ipv4/fib_multipath_hash_policy net/ipv6/fwmark_reflect net/netfilter/nf_conntrack_* \
    net/netfilter/nf_hooks_lwtunnel net/netfilter/nf_log/* net/core/bpf_jit_enable
  for key in rp_filter forwarding accept_local route_localnet src_valid_mark proxy_arp send_redirects; do
    grep -s '' net/ipv4/conf/*/"$key"
  done
  for key in forwarding disable_ipv6 accept_ra proxy_ndp; do
    grep -s '' net/ipv6/conf/*/"$key"
  done
  return 0
}

collect_facts() {
  if [ "$DRY" = yes ]; then
    echo "uname -a, versions of the tools, /etc/os-release > uname, versions.txt, os-release"
    echo "grep '' /proc/sys/net/... (bridge-nf-*, ip_forward, rp_filter, nf_conntrack_*, ...) > sysctl.txt"
    echo "cat /proc/net/stat/nf_conntrack, /proc/net/*_tables_names, /proc/modules > conntrack.txt, legacy-tables.txt, modules.txt"
    return
  fi
  printf '%s\n' "$NAME" >"$NODE/hostname"
  uname -a >"$NODE/kernel.txt"
  print_sysctls 2>/dev/null | sed 's/:/ = /' >"$NODE/sysctl.txt"
  cp "$HOST_ROOT/etc/os-release" "$NODE/os-release" 2>/dev/null
  {
    echo "nf_conntrack_count $(cat /proc/sys/net/netfilter/nf_conntrack_count 2>/dev/null)"
    echo "nf_conntrack_max $(cat /proc/sys/net/netfilter/nf_conntrack_max 2>/dev/null)"
    cat /proc/net/stat/nf_conntrack 2>/dev/null
  } >"$NODE/conntrack.txt"
  for names in /proc/net/ip_tables_names /proc/net/ip6_tables_names /proc/net/arp_tables_names; do
    echo "$names: $(tr '\n' ' ' <"$names" 2>/dev/null)"
  done >"$NODE/legacy-tables.txt" 2>/dev/null
  grep -E '^(nf|ip|ip6|xt|x|nft|ebt|eb|arp|arpt|br|bridge|ip_vs|act|cls|sch)[a-z0-9]*_|^(bridge|ip_set|ip_vs|nfnetlink|wireguard|vxlan|ipip|tun) ' \
    /proc/modules >"$NODE/modules.txt" 2>/dev/null
  for name in nft iptables iptables-nft iptables-legacy ip6tables ebtables arptables ipset conntrack; do
    tool "$name" || continue
    # shellcheck disable=SC2086
    echo "$name: $(limited 10 $TOOL --version 2>&1 </dev/null | head -n 1)"
  done >"$NODE/versions.txt"
  # shellcheck disable=SC2086
  if tool ip; then echo "ip: $($TOOL -V 2>&1)" >>"$NODE/versions.txt"; fi
}

# Fills $WORK/$1.
collect_node() {
  NODE=$WORK/$1
  LOG=$NODE/collect.log
  if [ "$DRY" = no ]; then
    mkdir -p "$NODE"
    note "collected $(date -u '+%Y-%m-%dT%H:%M:%SZ'), counters: $COUNTERS"
  fi
  collect_nft
  collect_xtables iptables /proc/net/ip_tables_names
  collect_xtables ip6tables /proc/net/ip6_tables_names
  collect_ipset
  collect_ebtables
  collect_arptables
  collect_ip
  collect_facts
  rm -f "$NODE/.err"
}

this_machine() {
  [ "$DRY" = yes ] || [ "$(id -u)" -eq 0 ] || die "only root may list rules: sudo sh $0"
  [ -n "$NAME" ] || NAME=$(uname -n)
  NAME=$(clean_name "$NAME")
  NAME=${NAME:-node}
  any_tool nft iptables-save iptables-nft-save iptables-legacy-save ||
    die "there is neither nft nor iptables-save here${HOST_ROOT:+, nor below $HOST_ROOT}: install one (packages nftables, iptables), or use an image that has them"
  collect_node "$NAME"
  [ "$DRY" = yes ] && return
  if [ "$STREAM" = yes ]; then
    print_files
    return
  fi
  [ -z "$MISSING" ] || say "$NAME: not installed, left out:$MISSING"
  write_archive "$NAME"
}

# write_archive NAME: what is in $WORK/NAME, as the user wants it.
write_archive() {
  if [ "$OUTPUT" = - ]; then
    tar -C "$WORK" -cf - "$1" | gzip -9
    return
  fi
  [ -n "$OUTPUT" ] || OUTPUT=nfscope-$1-$(date -u +%Y%m%d-%H%M%S).tar.gz
  tar -C "$WORK" -cf - "$1" | gzip -9 >"$OUTPUT" || die "$OUTPUT could not be written"
  say "$OUTPUT: $(wc -c <"$OUTPUT" | tr -d ' ') bytes. Drop it on nfscope."
}

# --- all nodes --------------------------------------------------------------------------------------------------------------------------

# Lines around the files of a node, each in base64, on the way through kubectl, which may print lines of its own.
FILE='-----NFSCOPE FILE '
END='-----NFSCOPE END '

# What a node answers with: images that have no tar are common.
print_files() {
  number=0
  for path in "$NODE"/* "$NODE"/ip/*; do
    [ -f "$path" ] || continue
    printf '\n%s%s\n' "$FILE" "${path#"$NODE/"}"
    base64 "$path" || die "$NAME: base64 failed"
    number=$((number + 1))
  done
  printf '\n%s%s\n' "$END" "$number"
}

# read_files OUTPUT FOLDER: the files that print_files printed. Fails where it did not come to its end.
read_files() {
  expected=$(sed -n "s/^$END\([0-9]*\).*/\1/p" "$1" | head -n 1)
  [ -n "$expected" ] || return 1
  mkdir -p "$2/ip" "$2/.coded" || return
  awk -v file="$FILE" -v end="$END" -v folder="$2/.coded/" '
    index($0, end) == 1 { exit }
    index($0, file) == 1 {
      name = substr($0, length(file) + 1)
      sub(/\r$/, "", name)
      if (name !~ /^(ip\/)?[A-Za-z0-9_][A-Za-z0-9._-]*$/) name = ""
      gsub(/\//, "@", name)
      if (name != "") printf "" > (folder name)
      next
    }
    name != "" { print > (folder name) }' "$1" || return
  got=0
  for coded in "$2"/.coded/*; do
    [ -f "$coded" ] || continue
    base64 -d "$coded" >"$2/$(basename "$coded" | tr @ /)" || return
    got=$((got + 1))
  done
  rm -rf "$2/.coded"
  rmdir "$2/ip" 2>/dev/null
  [ "$got" -eq "$expected" ]
}

kube() {
  kubectl ${NAMESPACE:+--namespace "$NAMESPACE"} "$@"
}

# Lines `NODE POD`; without a pod where one is to be made.
list_targets() {
  if [ -n "$PODS" ]; then
    kube get pods --selector "$PODS" --field-selector status.phase=Running \
      -o 'jsonpath={range .items[*]}{.spec.nodeName}{" "}{.metadata.name}{"\n"}{end}'
  else
    kubectl get nodes ${SELECTOR:+--selector "$SELECTOR"} -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}'
  fi
}

wanted_targets() {
  all=$(list_targets) || return
  if [ -z "$NODES" ]; then printf '%s\n' "$all"; else printf '%s\n' "$all" | awk -v wanted=",$NODES," 'index(wanted, "," $1 ",")'; fi
}

# on_node RUNNER... NODE POD: runs this script there, by `RUNNER kubectl ...`.
on_node() {
  node=$2
  pod=$3
  set -- "$1" kubectl ${NAMESPACE:+--namespace "$NAMESPACE"}
  if [ -n "$pod" ]; then
    set -- "$@" exec -i "$pod" ${CONTAINER:+-c "$CONTAINER"}
  else
    set -- "$@" debug "node/$node" -i "--image=$IMAGE" --profile=sysadmin
  fi
  set -- "$@" -- sh -s -- --stream --name "$node" --timeout "$LIMIT" --host-root /host
  [ "$COUNTERS" = yes ] || set -- "$@" --no-counters
  "$@"
}

within_limit() {
  limited "$NODE_LIMIT" "$@"
}

# one_node NODE POD: its folder comes to $WORK/$ALL, or an error to standard error.
one_node() {
  folder=$(clean_name "$1")
  raw=$WORK/.raw-$folder
  on_node within_limit "$1" "$2" >"$raw" 2>"$raw.err" <"$0"
  code=$?
  made=
  [ -n "$2" ] || made=$(made_pods "$raw" "$raw.err")
  grep '^collect.sh: ' "$raw.err" >&2
  # What kubectl lost on its way, the pod's log has.
  grep -q "^$END" "$raw" || [ -z "$made" ] || limited 60 kubectl ${NAMESPACE:+--namespace "$NAMESPACE"} logs "$made" >"$raw" 2>/dev/null </dev/null
  [ -z "$made" ] || remove_pod "$made"
  : >"$raw.removed"
  if read_files "$raw" "$WORK/$ALL/$folder"; then
    say "$1: collected"
    return
  fi
  rm -rf "${WORK:?}/$ALL/$folder"
  if [ "$code" -eq 124 ]; then reason="it took longer than $NODE_LIMIT seconds"; else reason=$(grep -v '^collect.sh: ' "$raw.err" | tail -n 1); fi
  say "$1: nothing collected (exit $code)${reason:+: $reason}"
}

# kubectl leaves its debugging pods behind; it prints their names.
made_pods() {
  cat "$@" 2>/dev/null | sed -n 's/.*Creating debugging pod \([a-z0-9.-]*\) with container.*/\1/p' | head -n 1
}

remove_pod() {
  limited 60 kubectl ${NAMESPACE:+--namespace "$NAMESPACE"} delete pod "$1" --wait=false </dev/null >/dev/null 2>&1 ||
    say "the pod $1 could not be removed: kubectl delete pod $1"
}

whole_cluster() {
  has kubectl || die 'there is no kubectl here'
  [ -r "$0" ] || die 'save this script as a file first: it is sent to the nodes'
  targets=$(wanted_targets) || die 'kubectl could not list what was asked for'
  [ -n "$targets" ] || die 'there is no such node'
  if [ "$DRY" = yes ]; then
    printf '%s\n' "$targets" | while read -r node pod; do on_node echo "$node" "$pod"; done
    return
  fi
  ALL=nfscope-cluster
  mkdir -p "$WORK/$ALL"
  # A file, because the end of a pipe would be in a shell of its own.
  printf '%s\n' "$targets" >"$WORK/.targets"
  running=0
  while read -r node pod; do
    one_node "$node" "$pod" &
    UNDER_WAY="$UNDER_WAY $!"
    running=$((running + 1))
    if [ "$running" -ge "$JOBS" ]; then
      wait
      running=0
      UNDER_WAY=
    fi
  done <"$WORK/.targets"
  wait
  UNDER_WAY=
  asked=$(wc -l <"$WORK/.targets" | tr -d ' ')
  got=0
  for folder in "$WORK/$ALL"/*; do [ ! -d "$folder" ] || got=$((got + 1)); done
  [ "$got" -gt 0 ] || die "none of $asked nodes could be collected"
  write_archive "$ALL"
  [ "$got" -eq "$asked" ] || die "$got of $asked nodes are in it"
}

# --- main -------------------------------------------------------------------------------------------------------------------------------

tidy() {
  [ -n "$WORK" ] || return
  # shellcheck disable=SC2086 # numbers
  [ -z "$UNDER_WAY" ] || kill $UNDER_WAY 2>/dev/null
  # Interrupted: what was made for nodes that are under way.
  for raw in "$WORK"/.raw-*.err; do
    if [ ! -e "$raw" ] || [ -e "${raw%.err}.removed" ]; then continue; fi
    made=$(made_pods "${raw%.err}" "$raw")
    [ -z "$made" ] || [ -n "$PODS" ] || remove_pod "$made"
  done
  rm -rf "$WORK"
}

needs() {
  for needed in "$@"; do has "$needed" || die "there is no $needed here"; done
}

main() {
  WORK=
  # Process ids of nodes that are being collected.
  UNDER_WAY=
  read_options "$@"
  needs sed grep tr
  if [ "$STREAM" = yes ]; then needs base64; elif [ "$DRY" = no ]; then needs tar gzip; fi
  find_limiter
  trap tidy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ "$DRY" = no ]; then
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/nfscope.XXXXXX" 2>/dev/null) || WORK=
    if [ -z "$WORK" ]; then
      # Where there is no mktemp. mkdir fails for what is there already.
      mkdir "${TMPDIR:-/tmp}/nfscope.$$" || die 'there is no place for temporary files'
      WORK=${TMPDIR:-/tmp}/nfscope.$$
    fi
  fi
  if [ "$CLUSTER" = yes ]; then whole_cluster; else this_machine; fi
}

# At the end, so that a script that was cut off on its way does nothing.
main "$@"
