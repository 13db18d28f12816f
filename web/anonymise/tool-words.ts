/**
 * Words that say nothing about a node: those of the tools' own languages (options, keywords, values, what their listings and traces print), of shells, of
 * nfscope (mechanisms, ids of findings and known conflicts, which links carry), and the plain words that programs use in comments. Lower case; names with
 * hyphens by their parts. What is on no such list is replaced.
 *
 * The constants of web/model/constants.ts and the literal parts of the catalogue of owners are not repeated here: vocabulary.ts adds them.
 */
export const TOOL_WORDS = `
  abort above absent abstime accept accepts access accounting ack ackseq action active add addr addrconf address addresses addrs addrtype adds adm
  admin administration af affinity after again against age ah ah6 ahlen ahres ahspi alarm algo alias all allow allowed allowedips alone along also
  always am ambient amd64 among amount an and anonymous another answer antrea any anycast anywhere apart api apiserver apiversion apk append
  appended apr april apt arbitrary archive are argument arguments arm64 arp arpreply arptables as asconf asked assign assumed at attacker attackers
  attempt audit aug auth auto avg avgpkt aws back backend backslashes backup bad balance balancer base bcnt be becomes before begins behind below
  benign beside between beyond bga big bin binary bit bitmap bitmask bits bitwise blackhole blank blanks block blocked blocking blocks bm body
  bogons bom bond boolean both bound bpf br brace braces brackets break breaks bridge bridged brief broadcast broken broute brouting bucketsize
  built burst but by bypass bypasses byte bytecode bytes calico call called callers calls came can cannot capture captures carry case cases cat cbr0
  ce cgnat cgroup cgroupsv2 cgroupv2 chain chains chance change changed changes character characters check checking checkpoint checks checksum chmod
  choice chown chunk chunks cidr cilium circuit clamp class classes classid classify cleared client clients closing cloud cluster clusterip cmd cmp
  cni cni0 code collision colons color colours columns com comes command commands comment comments commit comp compared compares comparison compat
  complete completed compose compres concat concatenation concatenations concurrent condition conditions conf config configuration conjunction conn constant
  connbytes connection connections connlabel connlimit connmark connsecmark conntrack contain container containerd containers content context
  contiguous continue continued continues control cookie coredns cost count counter counters counts cp cpi cpu create cri crlf cs csumcov ct ctdir
  ctevents ctexpire ctmask ctorigdst ctorigdstport ctorigsrc ctorigsrcport ctproto ctrepldst ctrepldstport ctreplsrc ctreplsrcport ctstate ctstatus
  curly current cut cwr daddr daemon dangling dash dashes data date datestart datestop day db dccp dead debian debug dec december decimal
  declaration declare decrement deep default deferred define dei del delay delete deleted denied deny depends depth describe destination
  destinations destroy detect dev devgroup device devices df diagnostics dir direct direction disabled dispatch dmesg dmz dnat dnf dnpt dns do doa
  doc docker docker0 docker28 dockerfile doctype document documents does doff done dormant dots double doubling down dport dports dpt dpts drarp
  drop dropped drops dscp dst dstip dstmask dstnat dstport dump dumps dup duplicate duplicates dynamic dynset each earlier ebpf ebt ebtables ebui
  ece echo ecn ecne ect edit ef effect egrep egress egressgateway either elem element elements elif els else empty en enable enabled encap encapped
  end endpoint endpoints ends enforce engine engines entities entries entry entrypoint env eol eq equals err error errors esac escape escapes esp
  espspi established etc ether ethernet ethertype eui64 eval event events ever every everyone exact exactly example exceeded except exclusive exe
  exec execreload execstart execstartpost execstartpre execstop execstoppost exist existence exists exit expansion expectation expected expevents
  expiration expire expires explicit explicitly export expr expressible expression extension extensions external externalip exthdr fail fail2ban
  failed fallback false families family fanout fast fastopen fastroute feb february fence ffff fh fhfw fi fib field fields file files fill filter
  fin findings finds fip firewall firewalld first flag flags flannel flood flow flowlabel flowlbl flowtable flush follow for forceadd foreign form
  forward forwarded forwards four fr frag fragfirst fragid fraglast fraglen fragment fragmentation fragments fragmore fragres fri friday from ftp
  full fully function functions fuzz fw fw4 fwd fwmark gap gate gateway gb gbit gbytes gc gcinterval ge generated generation generic geneve genre
  get gi gid gke gnu go goto gratuitous gre grep gretap group groups gt guard guessed gz hairpin half hand handle handles has hash hashlimit
  hashsize have hbh hdr hdrlength head header headers healthy heartbeat helper hep here hex hitcount hl hlen hmark hold holds hole home hook hooks
  hop hoplimit host hosts hour hours how htable html http htype hundred hyphen hyphens ibrhwaddr ibridgename ibriport ibrname ibrpvid ibrvproto
  icase icmp icmp6 icmptype icmpv6 icmpx id idata identity idle idletimer ids if iface ifname igmp ignore ignored ih iif iifgroup iifkind iifname
  iiftype implicit import in inactive inarp inbound inc include included includepath incoming incomplete increment incusbr0 index indexed inet info
  ingress init initval inner input insert inserted inserts inside install instead integer interface interfaces internal internet interval into inv
  invalid invert invisible ip ip6 ip6tables ipam ipcomp ipcompspi ipdst ipinip ipip iprange iproute2 ips ipsec ipset ipsets ipsrc ipt iptables ipv4
  ipv6 ipv6header ipvs ipvs0 is istio it item items its itself jan january jhash joined journalctl json jul july jump jumps jun june kb kbit kbytes
  keep keeps kept kernel kerneltz kernelzone key keys kind kinds know known knows knp kns ksa kube kubeadm kubectl kubelet kubernetes kvm l3proto
  l4proto label lan last later le lease leases leave leaves led left leftover leftovers legacy len length less level lib lib64 libvirt limit limited
  line linear lines link links linux list listed listenport listing listings lists ll ln lo load loadable loadbalancer loadbalancersourceranges
  loaded local located locates log logged logger logging logical logs long longer look looks lookup loop loopback loops loose lossy lost lower ls
  lshift lsid lsrr lst lt lxd lxdbr0 mac macdecode macdst macproto macsrc mail main makes man manager mangle mangled many map maps mar march mark
  markdown marked markmask marks mask masq masquerade masquerading match matches max maxelem maximize maxseg may mb mbit mbytes md md5 md5sig
  meaning meets megabytes members membership memory merge message meta metadata metainfo meter method metrics mf mh million min minimize miniupnpd
  minute minutes mirror mismatch misread missing mixed mo mod mode model modes modprobe mon monday monitor monthday monthdays more most moves mptcp
  mrt ms msec msg mss mtu multicast multiple multiport must mutations mv name named names namespace nat native ne near needs negated negations
  nerdctl net netavark netd netdev netfilter netmap netmask netns netpol nets network networks never new newer next nexthdr nexthop nf nfacct nflog
  nfmask nfnetlink nfproto nfqueue nfs nfscope nft nftables nftrace nh nipv4 nipv6 nl no nobody node nodelocaldns nodemask nodeports nodes noflush noh nomatch
  non none nonsense noop nop normal not notes nothing notrack nov november nowhere nowildcard nse nsid nth nul null num number numbers numeric
  numgen nvl nvl6 nvx object obridgename obriport obrname oct october of off offload offset oif oifgroup oifkind oifname oiftype old older on once
  one only op opaque opcode open opening operation operators opt option options opts or order orig original originating osf other otherhost others
  out outbound outer outgoing output outside over overlay override overrides own owner packet packets pad padding page parameter parentheses parse
  part pass passed paste path pattern payload pcnt pcp peer peers pending per performance perm permission permitted persist persistent persistentkeepalive
  pf pfx physdev physin physout pi picture pid ping pinned pipe pkt pkts pkttype place placeholder places plain plen pmtu po pod podman podman0 pods
  pol policies policy pool pools port portals portmap ports pos position postdown postmangle postrouting postrt postup pre prec predown prefix
  premangle preraw prerouting presence presharedkey preup previous prezor pri print printable printed printf prints prio priorities priority private
  privatekey pro probability probe problem proc process processes processor profile profiles progname program programs progress prohib prohibit
  prohibited prompt prompts properties prose prot proto protocol protocols proved proxy proxyall psh psid pssh ptr ptype pub public publickey put
  puts query queue quit quota quote quoted quotes random range ranges rank rate rateest rates raw rcheck rdest reach reached read readonly reads
  realm reap received recent redir redirect reference references refused reject related release releases reliability reload remote remove rename
  repaired repeat repl replace replies reply report reports reqid request requests required res reserved reserved2 reset response responses rest
  restart restore restored restoreskmark restrict result return returns reverse revision rewrite right rm road root rounded route router routing rpf
  rpfilter rshift rsource rst rt rt0 rt2 rtclassid rttl rule rules ruleset run runs runtime sa sack sack0 saddr said same samettl sat saturday save
  saveconfig saves say says sbin scan scanner scanners schema script scripts sctp sd sdif sdifname search sec secmark second seconds secpath section
  security seed sees seg segs segsleft select selected sender sent sep separates sept september seq sequence server servers service services session
  set sets several severity sh shadow shadowed shadows share shares shell shift shifted short show shown shutdown sid side sig since single size
  skbinfo skew skgid skip skipped skmark skuid sm snap snaplen snat snpt so socket sockets soft some something source sourcemask sources sp space
  spaces span spans spelled spelling spi spnum sport sports spread spt spts src srcip srcmask srcnat srcport srh ssh sshd ssn stand standard start
  started starves state stateful stateless statement statements states statistic stats status std stderr stdout step steps stmt stop stopped stp str
  stray stream streams strict string strip su sub subcounters subject submariner subtype succeeds success such sud sudo suffix sum sun sunday suppl
  surprise swap switch symhash symmetric syn synproxy sys sysctl system systemctl systemd table tables taddr tag tail tailscale tailscale0 take
  taken takes tar target targets tarpit tc tclass tcn tcp tcp6 tcpmss tcpopt tcpoptstrip tcpudp tee tells terminal test tests text tgz th than that
  the their them then there they thfw this thousand threshold through throughput throw throws thu thursday tier tim time timeout times timestamp
  timestamps timestart timestop tmp to told too tool topology tos total towards tproxy trace traffic transit translated translation transparent
  transport trap true trusted tsecr tsn tsns tsval ttl tu tue tuesday tunl0 tunnel tuple tuples tw twice two txt type typeof types typeset u32
  ubuntu uc udp udp6 udplite ufw uid ulog unable unallocated unclean undeclared undefine undefined understood unexpected unicast unit units unknown
  unmasked unmatched unpack unquoted unreach unreachable unset unspec until untracked untrusted unused up update upgrade uplink upto urg urgp urgptr
  usage usec used user uses usr usual utc utf utf8 v1 v2 v3 vaddr val valid validmark value var variable variables vdir verbose verdict verdicts
  version via virbr0 virtual visits vlan vm vmap vmethod vni void vpn vport vportctl vproto vs vtag vxlan wait walks wan warn warning was watcher
  way we weave wed wednesday week weekdays well what where whi which while whole whose width wildcard will window windows wireguard with without wl
  word words work worker workload workloads worst would wrap write written wrong wscale x86 xfrm xmark xor xset xt xtables year yes yum zero zip
  zone zones`;
