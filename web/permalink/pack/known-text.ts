/**
 * What the predictor of links has read before a link begins: a line of each kind that programs write, so that the first line of a dump costs as
 * little as the hundredth. Like every number of the predictor it is part of the codec: with another text here, the links that were written no longer
 * open (a test keeps one).
 */
export const KNOWN_TEXT = `create cali40all-ipam-pools hash:net family inet hashsize 1024 maxelem 1048576 bucketsize 12 initval 0x5ca1ab1e
add cali40all-ipam-pools 10.244.0.0/16
create cali40masq-ipam-pools hash:net family inet hashsize 1024 maxelem 1048576 bucketsize 12 initval 0x5ca1ab1e
add cali40masq-ipam-pools 10.244.0.0/16
table inet filter {
	set blocked {
		type ipv4_addr
		flags interval
		auto-merge
		elements = { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { invalid : drop, established : accept, related : accept }
		iif "lo" accept
		ip saddr @blocked counter packets 0 bytes 0 drop
		ip protocol icmp accept
		meta l4proto ipv6-icmp accept
		tcp dport { 22, 80, 443 } ct state new accept
		limit rate 5/minute burst 5 packets log prefix "dropped: "
		meta mark set 0x00000001
		ct mark set meta mark
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		iifname "eth0" oifname "eth1" accept
	}
	chain output {
		type filter hook output priority filter; policy accept;
	}
}
table inet firewalld { # handle 1
	chain mangle_PREROUTING { # handle 1
		type filter hook prerouting priority mangle + 10; policy accept;
		jump mangle_PREROUTING_ZONES # handle 100
	}
		type nat hook prerouting priority dstnat + 10; policy accept;
		type nat hook postrouting priority srcnat + 10; policy accept;
		type nat hook output priority -90; policy accept;
		type filter hook prerouting priority filter + 10; policy accept;
		icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept # handle 106
		meta nfproto ipv6 fib saddr . mark . iif oif missing drop # handle 107
		type filter hook input priority filter + 10; policy accept;
		ct state established,related accept # handle 108
		ct status dnat accept # handle 109
		iifname "lo" accept # handle 110
		ct state invalid drop # handle 111
		reject with icmpx admin-prohibited # handle 113
		type filter hook forward priority filter + 10; policy accept;
		ip6 daddr { ::/96, ::ffff:0.0.0.0/96, 2002::/24, 2002:a00::/24, 2002:7f00::/24, 2002:a9fe::/32, 2002:ac10::/28, 2002:c0a8::/32, 2002:e000::/19 } reject with icmpv6 addr-unreachable # handle 119
		type filter hook output priority filter + 10; policy accept;
		oifname "lo" accept # handle 123
		oifname "docker0" jump filter_FWD_policy_docker-forwarding # handle 129
		icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } accept # handle 136
		accept # handle 142
		iifname "docker0" goto mangle_PRE_docker # handle 143
		meta l4proto { icmp, ipv6-icmp } accept # handle 204
		tcp dport 22 accept # handle 206
		ip6 daddr fe80::/64 udp dport 546 accept # handle 207
}
table ip filter { # handle 2
		type filter hook input priority filter; policy accept;
		type filter hook forward priority filter; policy drop;
		counter packets 2764465 bytes 1769257948 jump DOCKER-USER # handle 10
		type filter hook output priority filter; policy accept;
		iifname != "br-5c1f0a7d9e42" oifname "br-5c1f0a7d9e42" ip daddr 172.18.0.2 tcp dport 5432 counter packets 207661 bytes 132903744 accept # handle 12
		iifname != "br-5c1f0a7d9e42" oifname "br-5c1f0a7d9e42" counter packets 33 bytes 21233 drop # handle 16
		oifname "br-5c1f0a7d9e42" counter packets 298562 bytes 191080436 jump DOCKER # handle 18
		oifname "br-5c1f0a7d9e42" ct state related,established counter packets 1105786 bytes 707703578 accept # handle 20
		iifname "br-5c1f0a7d9e42" counter packets 325962 bytes 208615938 accept # handle 25
table ip nat { # handle 3
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local counter packets 20271 bytes 1216336 jump DOCKER # handle 6
		type nat hook input priority 100; policy accept;
		ip daddr != 127.0.0.0/8 fib daddr type local counter packets 1944 bytes 117496 jump DOCKER # handle 7
		type nat hook postrouting priority srcnat; policy accept;
		oifname != "br-5c1f0a7d9e42" ip saddr 172.18.0.0/16 counter packets 3072 bytes 184688 masquerade # handle 8
		iifname != "br-5c1f0a7d9e42" tcp dport 5432 counter packets 6664 bytes 399849 dnat to 172.18.0.2:5432 # handle 10
		iifname != "br-5c1f0a7d9e42" ip daddr 127.0.0.1 tcp dport 6379 counter packets 4665 bytes 280194 dnat to 172.18.0.3:6379 # handle 11
table ip raw { # handle 4
		type filter hook prerouting priority raw; policy accept;
		iifname != "br-5c1f0a7d9e42" ip daddr 172.18.0.2 counter packets 400 bytes 256131 drop # handle 3
		iifname != "lo" ip daddr 127.0.0.1 tcp dport 6379 counter packets 0 bytes 0 drop # handle 4
		type filter hook output priority raw; policy accept;
table ip mangle { # handle 1
		type filter hook prerouting priority mangle; policy accept;
		type filter hook input priority mangle; policy accept;
		type filter hook forward priority mangle; policy accept;
		type route hook output priority mangle; policy accept;
		type filter hook postrouting priority mangle; policy accept;
		type filter hook forward priority filter; policy accept;
		ip saddr != 127.0.0.0/8 ip daddr 127.0.0.0/8  ct status dnat counter packets 0 bytes 0 drop # handle 8
table ip kube-proxy { # handle 4
	comment "rules for kube-proxy"
	set cluster-ips { # handle 83
		type ipv4_addr
		comment "Active ClusterIPs"
		elements = { 10.96.0.1, 10.96.0.10,
			     10.96.188.42, 10.97.200.15,
			     10.110.219.44, 10.111.145.62 }
	set nodeport-ips { # handle 84
		elements = { 192.168.56.21 }
	map no-endpoint-services { # handle 85
		type ipv4_addr . inet_proto . inet_service : verdict
		elements = { 10.103.119.28 . tcp . 80 comment "staging/frontend:http" : goto reject-chain,
			     10.109.240.71 . tcp . 8080 comment "shop/recommendations:grpc" : goto reject-chain }
	map no-endpoint-nodeports { # handle 86
		type inet_proto . inet_service : verdict
		elements = { tcp . 30081 comment "staging/frontend:http" : goto reject-chain }
	map firewall-ips { # handle 87
		elements = { 192.168.56.241 . tcp . 3000 comment "monitoring/grafana:http" : goto firewall-6OCBFU7N-monitoring/grafana/tcp/http }
	map service-ips { # handle 88
		elements = { 10.96.0.10 . tcp . 53 : goto service-NWBZK7IH-kube-system/kube-dns/tcp/dns-tcp,
			     10.96.0.10 . udp . 53 : goto service-FY5PMXPG-kube-system/kube-dns/udp/dns,
			     10.101.18.5 . tcp . 8000 : goto service-FLPUBATD-shop/legacy-erp/tcp/,
			     10.106.33.17 . tcp . 6379 : goto service-V3KEXTKG-shop/redis/tcp/redis }
	map service-nodeports { # handle 89
		elements = { tcp . 32000 : goto external-6OCBFU7N-monitoring/grafana/tcp/http,
			     tcp . 31080 : goto external-TAO5FKKM-ingress-nginx/ingress-nginx-controller/tcp/http,
			     tcp . 31443 : goto external-FRX3YWVZ-ingress-nginx/ingress-nginx-controller/tcp/https }
	set affinity-ZFNE3QQS-shop/legacy-erp/tcp/__192.168.60.14/8000 { # handle 90
		size 65535
		flags dynamic,timeout
		timeout 3h
		type filter hook prerouting priority dstnat - 10; policy accept;
		ct state new jump firewall-check # handle 91
		type filter hook output priority -110; policy accept;
		ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs" # handle 102
		ip daddr 10.96.0.0/12 drop comment "Drop traffic to unallocated ClusterIPs" # handle 103
		ip daddr . meta l4proto . th dport vmap @firewall-ips # handle 104
		meta mark set meta mark | 0x00004000 # handle 105
		meta mark & 0x00004000 == 0x00000000 return # handle 106
		meta mark set meta mark ^ 0x00004000 # handle 107
		masquerade fully-random # handle 108
		ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports # handle 109
		reject # handle 110
		ip daddr . meta l4proto . th dport vmap @service-ips # handle 111
		ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports # handle 112
		ip daddr . meta l4proto . th dport vmap @no-endpoint-services # handle 113
		ip saddr 192.168.56.10 jump mark-for-masquerade # handle 114
		meta l4proto tcp dnat to 192.168.56.10:6443 # handle 115
		ip daddr 10.96.0.1 ip saddr != 10.244.0.0/16 jump mark-for-masquerade # handle 116
		numgen random mod 1 vmap { 0 : goto endpoint-JZKVIKIO-default/kubernetes/tcp/https__192.168.56.10/6443 } # handle 118
		meta l4proto udp dnat to 10.244.226.65:53 # handle 120
		numgen random mod 2 vmap { 0 : goto endpoint-JV6W3TAO-kube-system/kube-dns/udp/dns__10.244.226.65/53, 1 : goto endpoint-QB75HODP-kube-system/kube-dns/udp/dns__10.244.235.193/53 } # handle 125
		ip saddr 10.244.0.0/16 goto service-TAO5FKKM-ingress-nginx/ingress-nginx-controller/tcp/http comment "short-circuit pod traffic" # handle 166
		fib saddr type local jump mark-for-masquerade comment "masquerade local traffic" # handle 167
		numgen random mod 3 vmap { 0 : goto endpoint-TT3YGBSU-shop/frontend/tcp/http__10.244.226.70/8080, 1 : goto endpoint-OGECPX3C-shop/frontend/tcp/http__10.244.226.71/8080, 2 : goto endpoint-L4EDQXUM-shop/frontend/tcp/http__10.244.152.140/8080 } # handle 208
		update @affinity-ZFNE3QQS-shop/legacy-erp/tcp/__192.168.60.14/8000 { ip saddr } # handle 236
		ip saddr @affinity-ZFNE3QQS-shop/legacy-erp/tcp/__192.168.60.14/8000 goto endpoint-ZFNE3QQS-shop/legacy-erp/tcp/__192.168.60.14/8000 # handle 239
		ip saddr != { 10.20.0.0/16, 192.168.56.0/24 } drop # handle 255
table ip calico { # handle 5
	set cali40this-host { # handle 114
			     192.168.56.21 }
	set cali40all-ipam-pools { # handle 115
		flags interval
		elements = { 10.244.0.0/16 }
	set cali40masq-ipam-pools { # handle 116
	set cali40all-vxlan-net { # handle 117
	set cali40s-198iZFe4vvYuMaykWXiwkkw { # handle 118
		elements = { 10.244.152.131, 10.244.226.68 }
	set cali40s-g67FHP3xycTk7wJ8FfZl3Ep { # handle 119
	set cali40s-hYCl1uKI9QMQf-J2gHGrnTE { # handle 120
	set cali40s-lRnfqIZVesRFQaTNJyyAKR7 { # handle 121
	set cali40s-iRURV2pfoRcYvigwJykFVMD { # handle 122
	set cali40s-fdMjNVF72jNRESpEZR_6F6P { # handle 123
	map filter-cali-from-wl-dispatch { # handle 124
		type ifname : verdict
		elements = { "cali2d56645d100" : goto filter-cali-fw-cali2d56645d100,
			     "cali5fc7b656ad0" : goto filter-cali-fw-cali5fc7b656ad0,
			     "calib6882a8b16f" : goto filter-cali-fw-calib6882a8b16f }
		counter packets 210002439 bytes 134401560960 jump mangle-cali-PREROUTING comment "cali:-xqzey9P1IoQjdXn;"
		meta mark & 0x00010000 == 0x00010000 counter packets 52062139 bytes 33319768960 accept comment "cali:j1TNXivlcAW59NGQ; Policy explicitly accepted packet."
		counter packets 5784682 bytes 3702196480 meta mark set meta mark | 0x00010000 comment "cali:f98OHo58do9-1nwS;"
		type nat hook input priority -100; policy accept;
		type nat hook output priority 110; policy accept;
		counter packets 210001897 bytes 134401214080 meta mark set meta mark & 0xffe4ffff comment "cali:Ayv0fRzbG2bnKiEh;"
		udp dport 4789 counter packets 42000379 bytes 26880242560 notrack comment "cali:XzdUK8Yz4i6lsCFa;"
		iifname "cali*" counter packets 94500854 bytes 60480546560 meta mark set meta mark | 0x00080000 comment "cali:woiwXTXewcX5FlaQ;"
		meta mark & 0x00080000 == 0x00080000 counter packets 4200038 bytes 2688024320 jump raw-cali-rpf-skip comment "cali:1wwmpYAu7F4GpSxO;"
		meta mark & 0x00080000 == 0x00080000 fib saddr . mark . iif oif missing counter packets 4200038 bytes 2688024320 drop comment "cali:jALHYVijdEPkiVs3;"
		ct state established,related counter packets 197402293 bytes 126337467520 accept comment "cali:oKqrtbogMySoUl6V;"
		meta mark & 0x00010000 == 0x00010000 counter packets 199632361 bytes 127764711040 return comment "cali:QWYaGCjOOCFzzkph;"
		ct status dnat counter packets 1222239 bytes 782232960 jump mangle-cali-to-host-endpoint comment "cali:589E7RblGGkWMseb;"
		oifname "vxlan.calico" fib saddr . oif type != local fib saddr type local counter packets 815882 bytes 48952920 masquerade fully-random comment "cali:faBRYt4tcIWkp6sm;"
		ip saddr @cali40masq-ipam-pools ip daddr != @cali40all-ipam-pools counter packets 1019852 bytes 61191120 masquerade fully-random comment "cali:I-LBbEm4NmP6plU6;"
		iifname "cali*" counter packets 65217253 bytes 41739041920 jump filter-cali-from-wl-dispatch comment "cali:qf6ydngjKeUVvPHq;"
		oifname "cali*" counter packets 47203020 bytes 30209932800 jump filter-cali-to-wl-dispatch comment "cali:40DDB3--Y1BXY5-P;"
		udp dport 4789 ip saddr @cali40all-vxlan-net fib daddr type local counter packets 13025243 bytes 8336155520 accept comment "cali:ZSSvZxOVM6ew9pw0; Allow IPv4 VXLAN packets from allowed hosts"
		udp dport 4789 fib daddr type local counter packets 26050 bytes 16672000 drop comment "cali:1Yz9SGN4Z8OAwUV4; Drop IPv4 VXLAN packets from non-allowed hosts"
		oifname "cali*" counter packets 28825839 bytes 18448536960 return comment "cali:Eph_2DQtNki-Fxs8;"
		udp dport 4789 fib saddr type local ip daddr @cali40all-vxlan-net counter packets 5765168 bytes 3689707520 accept comment "cali:PHSbtHiYYjOu_C4Z; Allow IPv4 VXLAN packets to other allowed hosts"
		ct status != dnat counter packets 16142469 bytes 10331180160 jump filter-cali-to-host-endpoint comment "cali:K1trNY7QlQiJbxpu;"
		counter packets 5280556 bytes 3379555840 accept comment "cali:9x1dRi0hMOg3cUJh; Configured DefaultEndpointToHostAction"
		iifname vmap @filter-cali-from-wl-dispatch comment "cali:xrY0ZzZKIxVjHciO;"
		counter packets 3807 bytes 2436480 drop comment "cali:zZYaPhRq6UjK_cA_; Unknown interface"
		oifname vmap @filter-cali-to-wl-dispatch comment "cali:B9EsVE-pahvsNMBs;"
		ct state invalid counter packets 113 bytes 72320 drop comment "cali:m5vwMjCFF2tsG-Yn;"
		counter packets 566323 bytes 362446720 meta mark set meta mark & 0xfffcffff comment "cali:z86HWgyRFJg-T_cu;"
		counter packets 28316 bytes 18122240 comment "cali:-pbOE5vh3hRESErF; Profile ksa.kube-system.coredns ingress"
		udp dport 4789 counter packets 532 bytes 340480 drop comment "cali:2_yJphhQwsUPP1cn; Drop VXLAN encapped packets originating in workloads"
		meta l4proto ipencap counter packets 532 bytes 340480 drop comment "cali:PL8tO30Oqu0TcKW2; Drop IPinIP encapped packets originating in workloads"
		counter packets 148458 bytes 95013120 meta mark set meta mark & 0xfffdffff comment "cali:F1U8qYNi3hBp_x24; Start of tier default"
		meta mark & 0x00020000 == 0x00000000 counter packets 19 bytes 12160 drop comment "cali:J7LEVYNzjJFDemBM; End of tier default. Drop if no policies passed packet"
		ip saddr @cali40s-198iZFe4vvYuMaykWXiwkkw tcp dport 8080 counter packets 87683 bytes 56117120 meta mark set meta mark | 0x00010000 comment "cali:62Y5gUT2iX0PGPdE; Policy shop/knp.default.allow-ingress-to-frontend ingress"
		ip saddr @cali40s-g67FHP3xycTk7wJ8FfZl3Ep tcp dport { 9090, 9102 } counter packets 30821 bytes 19725440 meta mark set meta mark | 0x00010000 comment "cali:SGOUWNgEuLOgAg_4; Policy shop/knp.default.allow-metrics ingress"
		ip saddr @cali40s-hYCl1uKI9QMQf-J2gHGrnTE tcp dport 7070 counter packets 46393 bytes 29691520 meta mark set meta mark | 0x00010000 comment "cali:i5eCN4GPdXhweiE2; Policy shop/knp.default.allow-frontend-to-cart ingress"
		ip saddr @cali40s-lRnfqIZVesRFQaTNJyyAKR7 tcp dport 7070 counter packets 928 bytes 593920 meta mark set meta mark | 0x00010000 comment "cali:WepiUwkctWAsrAP8; Policy shop/knp.default.allow-frontend-to-cart ingress"
		ip daddr @cali40s-iRURV2pfoRcYvigwJykFVMD udp dport 53 counter packets 13926 bytes 8912640 meta mark set meta mark | 0x00010000 comment "cali:QHXTvBWCgDZyskD7; Policy shop/knp.default.payments egress"
		ip daddr @cali40s-iRURV2pfoRcYvigwJykFVMD tcp dport 53 counter packets 279 bytes 178560 meta mark set meta mark | 0x00010000 comment "cali:bU6uUrgCsHCNOsAs; Policy shop/knp.default.payments egress"
		ip daddr 203.0.113.64/26 tcp dport 443 counter packets 5 bytes 3200 meta mark set meta mark | 0x00010000 comment "cali:MowdPJBhTRnvm2X4; Policy shop/knp.default.payments egress"
		ip saddr @cali40s-fdMjNVF72jNRESpEZR_6F6P tcp dport 6379 counter packets 30 bytes 19200 meta mark set meta mark | 0x00010000 comment "cali:Pom4c2DWcyXWWAbH; Policy shop/knp.default.redis ingress"
		 counter packets 402003252 bytes 257282081511 jump cali-PREROUTING # handle 13
		 ct state related,established counter packets 377883057 bytes 241845156790 accept # handle 15
		 meta mark & 0x00010000 == 0x00010000 counter packets 482404 bytes 308738792 accept # handle 16
		  meta mark & 0x00010000 == 0x00010000 counter packets 472756 bytes 302564661 accept # handle 18
		 meta mark & 0x00010000 == 0x00010000 counter packets 382148358 bytes 244574949711 return # handle 19
		 counter packets 7798946 bytes 4991325884 meta mark set mark and 0xffe4ffff # handle 20
		 ct status dnat counter packets 2339684 bytes 1497398480 jump cali-to-host-endpoint # handle 21
		  meta mark & 0x00010000 == 0x00010000 counter packets 7642967 bytes 4891498881 return # handle 22
		ct state new  counter packets 2501859 bytes 1601190689 jump KUBE-PROXY-FIREWALL # handle 112
		tcp dport 25 counter packets 0 bytes 0 drop # handle 124
		 counter packets 127996 bytes 81917714 meta mark set mark or 0x10000 # handle 126
		meta l4proto tcp  fib daddr type local tcp dport 30081 counter packets 1283 bytes 821767 reject # handle 132
		meta l4proto tcp ip daddr 192.168.56.241  tcp dport 3000 counter packets 4262 bytes 2728014 drop # handle 133
		meta l4proto tcp ip daddr 10.109.240.71  tcp dport 8080 counter packets 2493 bytes 1595990 reject # handle 134
		ct state invalid counter packets 4400 bytes 2816444 drop # handle 140
		iifname "lo" ip saddr 100.101.22.7 counter packets 10530 bytes 6740181 accept # handle 151
		iifname != "tailscale0" ip saddr 100.115.92.0/23 counter packets 0 bytes 0 return # handle 152
		iifname != "tailscale0" ip saddr 100.64.0.0/10 counter packets 0 bytes 0 drop # handle 153
		udp dport 41641 counter packets 1547541 bytes 990426975 accept # handle 155
		iifname "tailscale0" counter packets 3321814 bytes 2125961820 meta mark set mark and 0xff00ffff xor 0x40000 # handle 156
		meta mark & 0x00ff0000 == 0x00040000 counter packets 3321814 bytes 2125961820 accept # handle 157
		oifname "tailscale0" ip saddr 100.64.0.0/10 counter packets 0 bytes 0 drop # handle 158
		oifname "tailscale0" counter packets 3222160 bytes 2062182632 accept # handle 159
		 meta mark & 0x00010000 == 0x00000000 counter packets 277411565 bytes 177543402275 jump cali-from-hep-forward # handle 161
		iifname "cali*"  counter packets 124835204 bytes 79894530878 jump cali-from-wl-dispatch # handle 162
		oifname "cali*"  counter packets 90353367 bytes 57826155044 jump cali-to-wl-dispatch # handle 163
		meta l4proto udp   udp dport 4789 xt match set fib daddr type local counter packets 24930110 bytes 15955271251 accept # handle 166
		meta l4proto udp   udp dport 4789 fib daddr type local counter packets 49860 bytes 31910827 drop # handle 167
		oifname "cali*"  counter packets 55170363 bytes 35309033107 return # handle 174
		meta l4proto udp   udp dport 4789 fib saddr type local xt match set counter packets 11034073 bytes 7061807054 accept # handle 175
		  counter packets 10106901 bytes 6468416802 accept # handle 180
		  counter packets 3559 bytes 2278285 drop # handle 183
		 ct state invalid counter packets 217 bytes 139472 drop # handle 224
		 counter packets 1084023 bytes 693775481 meta mark set mark and 0xfffcffff # handle 225
		  counter packets 1120397 bytes 717054286 meta mark set mark or 0x10000 # handle 231
		  counter packets 54201 bytes 34688886 # handle 233
		meta l4proto udp   udp dport 4789 counter packets 1018 bytes 652317 drop # handle 237
		meta l4proto ipencap   counter packets 1017 bytes 651734 drop # handle 238
		  counter packets 284170 bytes 181869369 meta mark set mark and 0xfffdffff # handle 342
		  meta mark & 0x00020000 == 0x00000000 counter packets 35 bytes 23396 drop # handle 349
		meta l4proto tcp   xt match set tcp dport 8080 counter packets 167838 bytes 107416766 meta mark set mark or 0x10000 # handle 355
		meta l4proto tcp   xt match set tcp dport { 9090, 9102 } counter packets 58992 bytes 37755217 meta mark set mark or 0x10000 # handle 357
		meta l4proto udp   xt match set udp dport 53 counter packets 26657 bytes 17061456 meta mark set mark or 0x10000 # handle 493
		meta l4proto tcp ip daddr 203.0.113.64/26   tcp dport 443 counter packets 11 bytes 7410 meta mark set mark or 0x10000 # handle 497
		meta l4proto tcp ip daddr 10.96.0.1  tcp dport 443 counter packets 805778 bytes 48347130 jump KUBE-SVC-NPX46M4PTMTKRN6Y # handle 1049
		meta l4proto udp ip daddr 10.96.0.10  udp dport 53 counter packets 796108 bytes 47766779 jump KUBE-SVC-TCOU7JCQXEZGVUNU # handle 1050
		 fib daddr type local counter packets 9015 bytes 541497 jump KUBE-NODEPORTS # handle 1312
		meta l4proto tcp  tcp dport 31080 counter packets 1803 bytes 109097 jump KUBE-EXT-CG5I4G2RS3ZVWGLK # handle 1313
		meta mark & 0x00004000 != 0x00004000 counter packets 9635506 bytes 578130887 return # handle 1331
		counter packets 298005 bytes 17880901 meta mark set mark xor 0x4000 # handle 1332
		 counter packets 298005 bytes 17880901 masquerade fully-random # handle 1333
		counter packets 2515103 bytes 150906930 meta mark set mark or 0x4000 # handle 1334
		meta l4proto tcp ip saddr != 10.244.0.0/16 ip daddr 10.96.0.1  tcp dport 443 counter packets 16116 bytes 967582 jump KUBE-MARK-MASQ # handle 1335
		ip saddr 192.168.56.10  counter packets 16116 bytes 967582 jump KUBE-MARK-MASQ # handle 1337
		meta l4proto tcp   counter packets 161156 bytes 9669826 dnat to 192.168.56.10:6443 # handle 1338
		meta l4proto udp ip saddr != 10.244.0.0/16 ip daddr 10.96.0.10  udp dport 53 counter packets 15922 bytes 956033 jump KUBE-MARK-MASQ # handle 1339
		 meta random & 2147483647 < 1073741824 counter packets 398055 bytes 23883891 jump KUBE-SEP-MR6HYSQF5IG74UAF # handle 1340
		meta l4proto udp   counter packets 79611 bytes 4777177 dnat to 10.244.226.65:53 # handle 1343
		ip saddr 10.244.0.0/16  counter packets 142465 bytes 8547960 jump KUBE-SVC-CG5I4G2RS3ZVWGLK # handle 1385
		 fib saddr type local counter packets 13449 bytes 807040 jump KUBE-MARK-MASQ # handle 1386
		 xt match recent counter packets 179710 bytes 10783305 jump KUBE-SEP-6GVW5CGVPZ253YNM # handle 1454
		meta l4proto tcp  xt match recent  counter packets 148560 bytes 8914198 dnat to 192.168.60.14:8000 # handle 1457
		 counter packets 530880 bytes 31853584 # handle 1468
		meta mark & 0x00ff0000 == 0x00040000 counter packets 100339 bytes 6020806 masquerade # handle 3861
		oifname "vxlan.calico"  fib saddr . oif type != local fib saddr type local counter packets 1495431 bytes 89726802 masquerade fully-random # handle 3866
		 xt match set xt match set counter packets 1869288 bytes 112158251 masquerade fully-random # handle 3867
		meta l4proto udp  udp dport 4789 counter packets 80400379 bytes 51456243121 notrack # handle 12
		iifname "cali*"  counter packets 180900854 bytes 115776546754 meta mark set mark or 0x80000 # handle 13
		 meta mark & 0x00080000 == 0x00080000 fib saddr . mark . iif oif 0 counter packets 8040038 bytes 5145625168 drop # handle 15
table ip wg-quick-wg0 { # handle 6
		iifname != "wg0" ip daddr 10.77.0.2 fib saddr type != local drop # handle 4
		meta l4proto udp meta mark set ct mark # handle 5
		meta l4proto udp meta mark 0x0000ca6c ct mark set meta mark # handle 6
# Generated by iptables-save v1.8.9 (nf_tables) on Mon Jun  2 09:30:00 2025
*raw
:PREROUTING ACCEPT [3000542:1920347348]
-A PREROUTING -s 10.96.0.10/32 -p udp -m udp --sport 53 -j CT --zone 1
-A OUTPUT -p udp -m udp --dport 53 -m owner --uid-owner 1337 -j CT --zone 1
-A OUTPUT -p udp -m udp --dport 53 -m owner --gid-owner 1337 -j CT --zone 1
-A OUTPUT -p udp -m udp --sport 15053 -m owner --uid-owner 1337 -j CT --zone 2
-A OUTPUT -p udp -m udp --sport 15053 -m owner --gid-owner 1337 -j CT --zone 2
-A OUTPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -j CT --zone 2
COMMIT
# Completed on Mon Jun  2 09:30:00 2025
*nat
:ISTIO_INBOUND - [0:0]
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -j ISTIO_OUTPUT
-A OUTPUT -p udp -m udp --dport 53 -m owner --uid-owner 1337 -j RETURN
-A OUTPUT -p udp -m udp --dport 53 -m owner --gid-owner 1337 -j RETURN
-A OUTPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -j REDIRECT --to-ports 15053
-A ISTIO_INBOUND -p tcp -m tcp --dport 15008 -j RETURN
-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
-A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp -m tcp ! --dport 53 -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT
-A ISTIO_OUTPUT -o lo -p tcp -m tcp ! --dport 53 -m owner ! --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp -m tcp ! --dport 53 -m owner --gid-owner 1337 -j ISTIO_IN_REDIRECT
-A ISTIO_OUTPUT -o lo -p tcp -m tcp ! --dport 53 -m owner ! --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 10.96.0.10/32 -p tcp -m tcp --dport 53 -j REDIRECT --to-ports 15053
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
[1800:1152091] -A PREROUTING -d 172.18.0.2/32 ! -i br-5c1f0a7d9e42 -j DROP
[0:0] -A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 6379 -j DROP
*filter
:INPUT DROP [86222:55182636]
[5592124:3578960159] -A INPUT -j ufw-before-logging-input
[933952:597729828] -A DOCKER -d 172.18.0.2/32 ! -i br-5c1f0a7d9e42 -o br-5c1f0a7d9e42 -p tcp -m tcp --dport 5432 -j ACCEPT
[151:97006] -A DOCKER ! -i br-5c1f0a7d9e42 -o br-5c1f0a7d9e42 -j DROP
[151:97006] -A DOCKER ! -i docker0 -o docker0 -j DROP
[1342779:859378850] -A DOCKER-BRIDGE -o br-5c1f0a7d9e42 -j DOCKER
[992100:634944140] -A DOCKER-BRIDGE -o docker0 -j DOCKER
[4973255:3182883678] -A DOCKER-CT -o br-5c1f0a7d9e42 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[2983953:1909730805] -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[1466009:938245805] -A DOCKER-FORWARD -i br-5c1f0a7d9e42 -j ACCEPT
[586403:375298371] -A DOCKER-FORWARD -i docker0 -j ACCEPT
[4590:2938181] -A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
[4230:2707364] -A ufw-after-input -p tcp -m tcp --dport 139 -j ufw-skip-to-policy-input
[3593:2300101] -A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
[4673:2991555] -A ufw-after-logging-forward -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
[367480:235187810] -A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[23:15403] -A ufw-before-forward -p icmp -m icmp --icmp-type 3 -j ACCEPT
[559212:357895683] -A ufw-before-input -i lo -j ACCEPT
[60:38968] -A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
[60:38968] -A ufw-before-input -m conntrack --ctstate INVALID -j DROP
[580:372038] -A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
[2858:1829722] -A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
[505415:323466257] -A ufw-before-output -o lo -j ACCEPT
[3678:2354641] -A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN
[274967:175979598] -A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
[7236:4631346] -A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
[3618:2315673] -A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
[3618:2315673] -A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
[3618:2315673] -A ufw-not-local -j DROP
[0:0] -A ufw-skip-to-policy-output -j ACCEPT
[163754:104803493] -A ufw-track-output -p tcp -m conntrack --ctstate NEW -j ACCEPT
[98253:62882645] -A ufw-track-output -p udp -m conntrack --ctstate NEW -j ACCEPT
[56027:35858129] -A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
[28686:18360015] -A ufw-user-input -s 10.8.0.0/24 -p tcp -m tcp --dport 5432 -j ACCEPT
[0:0] -A ufw-user-limit -m limit --limit 3/min -j LOG --log-prefix "[UFW LIMIT BLOCK] "
[0:0] -A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable
[90271:5416330] -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
[7824:470128] -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
[13257:795497] -A POSTROUTING -s 172.18.0.0/16 ! -o br-5c1f0a7d9e42 -j MASQUERADE
[12860:772372] -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
[29428:1766235] -A DOCKER ! -i br-5c1f0a7d9e42 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.18.0.2:5432
[20600:1236266] -A DOCKER -d 127.0.0.1/32 ! -i br-5c1f0a7d9e42 -p tcp -m tcp --dport 6379 -j DNAT --to-destination 172.18.0.3:6379
# Generated by iptables-save v1.8.9 on Mon Jun  2 09:30:00 2025
-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 5000 -j DNAT --to-destination 172.17.0.2:5000
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 5000 -j ACCEPT
# Generated by ip6tables-save v1.8.9 (nf_tables) on Mon Jun  2 09:30:00 2025
*mangle
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SERVICES ! -d ::1/128 -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A PREROUTING -m comment --comment "cali:6gwbT8clXdHdC1b1" -j cali-PREROUTING
-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-POSTROUTING
-A cali-POSTROUTING -m comment --comment "cali:NX-7roTexQ3fGRfU" -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-POSTROUTING -m comment --comment "cali:JkYr4aB8O4_N8NBS" -j MARK --set-xmark 0x0/0x1b0000
-A cali-POSTROUTING -m comment --comment "cali:nO0nbHA3Or7V6l7t" -m conntrack --ctstate DNAT -j cali-to-host-endpoint
-A cali-POSTROUTING -m comment --comment "cali:mgxNjIoKySH7TEGH" -m comment --comment "Host endpoint policy accepted packet." -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-PREROUTING -m comment --comment "cali:6BJqBjBC7crtA-7-" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A cali-PREROUTING -m comment --comment "cali:KX7AGNd6rMcDUai6" -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-PREROUTING -m comment --comment "cali:wNH7KsA3ILKJBsY9" -j cali-from-host-endpoint
-A cali-PREROUTING -m comment --comment "cali:Cg96MgVuoPm7UMRo" -m comment --comment "Host endpoint policy accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
-A OUTPUT -m comment --comment "cali:tVnHkvAo15HuiPy0" -j cali-OUTPUT
-A cali-OUTPUT -m comment --comment "cali:clI8WObfCl4yhr60" -j MARK --set-xmark 0x0/0x1b0000
-A cali-OUTPUT -m comment --comment "cali:ZbkN6P8OdRcBRPpU" -j cali-to-host-endpoint
-A cali-OUTPUT -p udp -m comment --comment "cali:ry5_UEpt1OaPPCxO" -m udp --dport 4789 -j NOTRACK
-A cali-OUTPUT -m comment --comment "cali:MGhICIksKDnYMIkW" -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-PREROUTING -m comment --comment "cali:DQ6LK2guiBRMyrLK" -j MARK --set-xmark 0x0/0x1b0000
-A cali-PREROUTING -p udp -m comment --comment "cali:sIsu2aAqNN6K3YYn" -m udp --dport 4789 -j NOTRACK
-A cali-PREROUTING -i cali+ -m comment --comment "cali:W0qKAga6QivxLxL1" -j MARK --set-xmark 0x80000/0x80000
-A cali-PREROUTING -m comment --comment "cali:QOYCZUivPyJL6Dp1" -m mark --mark 0x80000/0x80000 -j cali-rpf-skip
-A cali-PREROUTING -m comment --comment "cali:uvipz_NmQPrGYnTB" -m mark --mark 0x80000/0x80000 -m rpfilter --validmark --invert -j DROP
-A cali-PREROUTING -m comment --comment "cali:pj4jqF0K2OCNLmzX" -m mark --mark 0x0/0x80000 -j cali-from-host-endpoint
-A cali-PREROUTING -m comment --comment "cali:Jefg6QI5khJcHnVl" -m mark --mark 0x10000/0x10000 -j ACCEPT
-A INPUT -m comment --comment "cali:Cz_u1IQiXIMmKD4c" -j cali-INPUT
-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
-A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
-A FORWARD -m comment --comment "cali:mp77cMpurHhyjLrM" -j MARK --set-xmark 0x10000/0x10000
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "staging/frontend:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30081 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-PROXY-FIREWALL -d 192.168.56.241/32 -p tcp -m comment --comment "monitoring/grafana:http traffic not accepted by KUBE-FW-AWA2CQSXVI7X2GE5" -m tcp --dport 3000 -j DROP
-A KUBE-SERVICES -d 10.109.240.71/32 -p tcp -m comment --comment "shop/recommendations:grpc has no endpoints" -m tcp --dport 8080 -j REJECT --reject-with icmp-port-unreachable
-A cali-FORWARD -m comment --comment "cali:W_vvds1Nw3n9QE2f" -j MARK --set-xmark 0x0/0x1a0000
-A cali-FORWARD -m comment --comment "cali:ZfgmjuiLaA8Pg0kp" -m mark --mark 0x0/0x10000 -j cali-from-hep-forward
-A cali-FORWARD -i cali+ -m comment --comment "cali:tAzwBLPaV-j53OOZ" -j cali-from-wl-dispatch
-A cali-FORWARD -o cali+ -m comment --comment "cali:4Z0Pf0byo05NFe-P" -j cali-to-wl-dispatch
-A cali-FORWARD -m comment --comment "cali:hQ7Oc16wmUtLuneJ" -j cali-to-hep-forward
-A cali-FORWARD -m comment --comment "cali:rnKNH2WxGcRQcIlD" -j cali-cidr-block
-A cali-INPUT -p udp -m comment --comment "cali:J76FwxInZIsk7uKY" -m comment --comment "Allow IPv4 VXLAN packets from allowed hosts" -m multiport --dports 4789 -m set --match-set cali40all-vxlan-net src -m addrtype --dst-type LOCAL -j ACCEPT
-A cali-INPUT -p udp -m comment --comment "cali:EDCNTTxYfggApx8C" -m comment --comment "Drop IPv4 VXLAN packets from non-allowed hosts" -m multiport --dports 4789 -m addrtype --dst-type LOCAL -j DROP
-A cali-INPUT -i cali+ -m comment --comment "cali:H03xYXARh4e8pwd4" -g cali-wl-to-host
-A cali-INPUT -m comment --comment "cali:MN6K3isIWBigb1Va" -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-INPUT -m comment --comment "cali:aKDQAoV0P_FFAIwV" -j MARK --set-xmark 0x0/0x1b0000
-A cali-INPUT -m comment --comment "cali:vIx3xkWzuvLW9fr4" -j cali-from-host-endpoint
-A cali-INPUT -m comment --comment "cali:5W9XghKma9wuz47x" -m comment --comment "Host endpoint policy accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-OUTPUT -m comment --comment "cali:Mq1_rAdXXH3YkrzW" -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-OUTPUT -o cali+ -m comment --comment "cali:69FkRTJDvD5Vu6Vl" -j RETURN
-A cali-OUTPUT -p udp -m comment --comment "cali:-QZG79DohFjalQBb" -m comment --comment "Allow IPv4 VXLAN packets to other allowed hosts" -m multiport --dports 4789 -m addrtype --src-type LOCAL -m set --match-set cali40all-vxlan-net dst -j ACCEPT
-A cali-OUTPUT -m comment --comment "cali:6T0hFtymUtXMOfEV" -j MARK --set-xmark 0x0/0x1b0000
-A cali-OUTPUT -m comment --comment "cali:IpTGXsDHURPUaLjJ" -m conntrack ! --ctstate DNAT -j cali-to-host-endpoint
-A cali-OUTPUT -m comment --comment "cali:wgnULo2gucg1umsA" -m comment --comment "Host endpoint policy accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-from-wl-dispatch -i cali1e1dd61dd52 -m comment --comment "cali:DbhlFEuG-elP-7WH" -g cali-fw-cali1e1dd61dd52
-A cali-from-wl-dispatch -i cali7+ -m comment --comment "cali:40SzTmVL-coftWHZ" -g cali-from-wl-dispatch-7
-A cali-from-wl-dispatch -i calib+ -m comment --comment "cali:Xfx4HCMPFHAXL8O-" -g cali-from-wl-dispatch-b
-A cali-from-wl-dispatch -i calid+ -m comment --comment "cali:BdHl9mJaZ89L9wOh" -g cali-from-wl-dispatch-d
-A cali-from-wl-dispatch -m comment --comment "cali:JBTnpaL0GOEBVVpY" -m comment --comment "Unknown interface" -j DROP
-A cali-from-wl-dispatch-7 -m comment --comment "cali:JfnomRc3UQio0oax" -m comment --comment "Unknown interface" -j DROP
-A cali-from-wl-dispatch-b -m comment --comment "cali:eA8gCHx4l5XjWoCI" -m comment --comment "Unknown interface" -j DROP
-A cali-from-wl-dispatch-d -m comment --comment "cali:cVIqoWnQ2itQSZR9" -m comment --comment "Unknown interface" -j DROP
-A cali-fw-cali1e1dd61dd52 -m comment --comment "cali:HdgjoACERM1rGzR1" -m conntrack --ctstate INVALID -j DROP
-A cali-fw-cali1e1dd61dd52 -m comment --comment "cali:G_xrUAttxlXszEyI" -j MARK --set-xmark 0x0/0x30000
-A cali-fw-cali1e1dd61dd52 -p udp -m comment --comment "cali:75S9yX0CS1jCzjF0" -m comment --comment "Drop VXLAN encapped packets originating in workloads" -m multiport --dports 4789 -j DROP
-A cali-fw-cali1e1dd61dd52 -p ipencap -m comment --comment "cali:Hn4OlxyiShI2nVoJ" -m comment --comment "Drop IPinIP encapped packets originating in workloads" -j DROP
-A cali-fw-cali1e1dd61dd52 -m comment --comment "cali:zU_xLiXK8Fh7w-9F" -m comment --comment "Return if profile accepted" -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-fw-cali1e1dd61dd52 -m comment --comment "cali:zAJwo75ykstZNmSY" -m comment --comment "Drop if no profiles matched" -j DROP
-A cali-fw-cali71ff831e812 -m comment --comment "cali:VJdLR1l9dSlyibYe" -m comment --comment "Start of tier default" -j MARK --set-xmark 0x0/0x20000
-A cali-fw-cali71ff831e812 -m comment --comment "cali:53g9s2vXSSLO-les" -m mark --mark 0x0/0x20000 -j cali-po-_DcGG9GGFNpp8SR_5g7n
-A cali-fw-cali71ff831e812 -m comment --comment "cali:JvF_oILJWYz8dHM5" -m comment --comment "End of tier default. Drop if no policies passed packet" -m mark --mark 0x0/0x20000 -j DROP
-A cali-pi-_7yxhqYmkAyA9uBRra0y -p tcp -m comment --comment "cali:dDKokmcQDR4Korye" -m comment --comment "Policy shop/knp.default.allow-metrics ingress" -m set --match-set cali40s:g67FHP3xycTk7wJ8FfZl3Ep src -m multiport --dports 9090,9102 -j MARK --set-xmark 0x10000/0x10000
-A cali-pi-_7yxhqYmkAyA9uBRra0y -m comment --comment "cali:XEIj3ufYBZ17IQqf" -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-pi-_BrdwnfVqxImb2fz5Rd6 -p tcp -m comment --comment "cali:QB4PyOmNAHjCDFtK" -m comment --comment "Policy shop/knp.default.redis ingress" -m set --match-set cali40s:fdMjNVF72jNRESpEZR_6F6P src -m multiport --dports 6379 -j MARK --set-xmark 0x10000/0x10000
-A cali-pi-_DcGG9GGFNpp8SR_5g7n -p tcp -m comment --comment "cali:3wKc6TFuBRjoJgjk" -m comment --comment "Policy shop/knp.default.payments ingress" -m set --match-set cali40s:lRnfqIZVesRFQaTNJyyAKR7 src -m multiport --dports 50051 -j MARK --set-xmark 0x10000/0x10000
-A cali-pi-_J5sDlsY2oy4l0qu7A5z -p tcp -m comment --comment "cali:2GZjb11hy_zYNZZ4" -m comment --comment "Policy shop/knp.default.allow-frontend-to-cart ingress" -m set --match-set cali40s:hYCl1uKI9QMQf-J2gHGrnTE src -m multiport --dports 7070 -j MARK --set-xmark 0x10000/0x10000
-A cali-pi-_N7fozvbIv9mZovo_3Wt -m comment --comment "cali:Pd8tCDNIV8JmrlQa" -m comment --comment "Policy shop/knp.default.default-deny ingress"
-A cali-pi-_Ohh4YPeTJFyhiRr24KG -p tcp -m comment --comment "cali:u9YLC0NzfaF2VNTd" -m comment --comment "Policy shop/knp.default.allow-ingress-to-frontend ingress" -m set --match-set cali40s:198iZFe4vvYuMaykWXiwkkw src -m multiport --dports 8080 -j MARK --set-xmark 0x10000/0x10000
-A cali-po-_DcGG9GGFNpp8SR_5g7n -p udp -m comment --comment "cali:Ec7O1dKy3ROmtHVl" -m comment --comment "Policy shop/knp.default.payments egress" -m set --match-set cali40s:iRURV2pfoRcYvigwJykFVMD dst -m multiport --dports 53 -j MARK --set-xmark 0x10000/0x10000
-A cali-po-_DcGG9GGFNpp8SR_5g7n -p tcp -m comment --comment "cali:kH09HS7nGoyxn8CX" -m comment --comment "Policy shop/knp.default.payments egress" -m set --match-set cali40s:iRURV2pfoRcYvigwJykFVMD dst -m multiport --dports 53 -j MARK --set-xmark 0x10000/0x10000
-A cali-po-_DcGG9GGFNpp8SR_5g7n -d 203.0.113.64/26 -p tcp -m comment --comment "cali:KHgjeZY_MBwRajQQ" -m comment --comment "Policy shop/knp.default.payments egress" -m multiport --dports 443 -j MARK --set-xmark 0x10000/0x10000
-A cali-to-wl-dispatch -o cali1e1dd61dd52 -m comment --comment "cali:MoumtR_B4iEjbrio" -g cali-tw-cali1e1dd61dd52
-A cali-to-wl-dispatch -o cali7+ -m comment --comment "cali:QSjOBnMwSOLHx265" -g cali-to-wl-dispatch-7
-A cali-to-wl-dispatch -o calib+ -m comment --comment "cali:9baBIppWf83qxyef" -g cali-to-wl-dispatch-b
-A cali-to-wl-dispatch -o calid+ -m comment --comment "cali:xDVm3rwBxFkhgzVu" -g cali-to-wl-dispatch-d
-A cali-to-wl-dispatch -m comment --comment "cali:MpvTIWaftydM9-rA" -m comment --comment "Unknown interface" -j DROP
-A cali-to-wl-dispatch-7 -m comment --comment "cali:xUgzOzeoR86YoVHi" -m comment --comment "Unknown interface" -j DROP
-A cali-to-wl-dispatch-b -m comment --comment "cali:tZOlCjf0xcV8kGCA" -m comment --comment "Unknown interface" -j DROP
-A cali-to-wl-dispatch-d -m comment --comment "cali:x1dfshRRc1-BFWB6" -m comment --comment "Unknown interface" -j DROP
-A cali-wl-to-host -m comment --comment "cali:Ee9Sbo10IpVujdIY" -j cali-from-wl-dispatch
-A cali-wl-to-host -m comment --comment "cali:nSZbcOoG1xPONxb8" -m comment --comment "Configured DefaultEndpointToHostAction" -j ACCEPT
-A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
-A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT
-A ts-forward -s 100.64.0.0/10 -o tailscale0 -j DROP
-A ts-forward -o tailscale0 -j ACCEPT
-A ts-input -s 100.101.22.7/32 -i lo -j ACCEPT
-A ts-input -s 100.115.92.0/23 ! -i tailscale0 -j RETURN
-A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP
-A ts-input -i tailscale0 -j ACCEPT
-A ts-input -p udp -m udp --dport 41641 -j ACCEPT
-A POSTROUTING -m comment --comment "cali:0i8pjzKKPyA34aQD" -j cali-POSTROUTING
-A KUBE-EXT-CG5I4G2RS3ZVWGLK -s 10.244.0.0/16 -m comment --comment "pod traffic for ingress-nginx/ingress-nginx-controller:http external destinations" -j KUBE-SVC-CG5I4G2RS3ZVWGLK
-A KUBE-EXT-CG5I4G2RS3ZVWGLK -m comment --comment "masquerade LOCAL traffic for ingress-nginx/ingress-nginx-controller:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-FW-AWA2CQSXVI7X2GE5 -m comment --comment "other traffic to monitoring/grafana:http will be dropped by KUBE-PROXY-FIREWALL"
-A KUBE-NODEPORTS -p tcp -m comment --comment "ingress-nginx/ingress-nginx-controller:http" -m tcp --dport 31080 -j KUBE-EXT-CG5I4G2RS3ZVWGLK
-A KUBE-SEP-3EF4PCBG5VN2UITW -p tcp -m comment --comment "shop/frontend:http" -m tcp -j DNAT --to-destination 10.244.152.140:8080
-A KUBE-SEP-6GVW5CGVPZ253YNM -p tcp -m comment --comment "shop/legacy-erp" -m recent --set --name KUBE-SEP-6GVW5CGVPZ253YNM --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 192.168.60.14:8000
-A KUBE-SEP-MR6HYSQF5IG74UAF -p udp -m comment --comment "kube-system/kube-dns:dns" -m udp -j DNAT --to-destination 10.244.226.65:53
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-2S3OKP2ISIYWSTUA ! -s 10.244.0.0/16 -d 10.100.77.3/32 -p tcp -m comment --comment "shop/checkout:grpc cluster IP" -m tcp --dport 5050 -j KUBE-MARK-MASQ
-A KUBE-SVC-2S3OKP2ISIYWSTUA -m comment --comment "shop/checkout:grpc -> 10.244.226.73:5050" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-H6ID3XBY33FVJQDC
-A KUBE-SVC-GKOC6KO5TKPJGRYX -m comment --comment "shop/legacy-erp -> 192.168.60.14:8000" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-6GVW5CGVPZ253YNM --mask 255.255.255.255 --rsource -j KUBE-SEP-6GVW5CGVPZ253YNM
-A KUBE-SVC-TCOU7JCQXEZGVUNU ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ
-A cali-OUTPUT -m comment --comment "cali:GBTAv2p5CwevEyJm" -j cali-fip-dnat
-A cali-POSTROUTING -m comment --comment "cali:Z-c7XtVd2Bq7s_hA" -j cali-fip-snat
-A cali-POSTROUTING -m comment --comment "cali:nYKhEzDlr11Jccal" -j cali-nat-outgoing
-A cali-POSTROUTING -o vxlan.calico -m comment --comment "cali:e9dnSgSVNmIcpVhP" -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully
-A cali-PREROUTING -m comment --comment "cali:r6XmIziWUJsdOK6Z" -j cali-fip-dnat
-A cali-nat-outgoing -m comment --comment "cali:flqWnvo8yq4ULQLa" -m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully
-A ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE
[2095896:1341373890] -A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
[230548:147550941] -A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
[201147:12068941] -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
[1040:62940] -A CNI-DN-9626f476faf1bd50d8434 -s 10.244.0.0/16 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK
[10398:624409] -A CNI-DN-9626f476faf1bd50d8434 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.226.68:80
[51987:3120042] -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"9f2c6b7d1e0a4835c2d8e6f1b3a7049d5c8e2f6a1b4d7c9e0f3a6b5d8c1e4f70\\"" -m multiport --dports 80 -j CNI-DN-9626f476faf1bd50d8434
[27492:1649760] -A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
[538840:32331099] -A FLANNEL-POSTRTG -s 10.244.226.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
[64661:3879892] -A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.226.0/24 -m comment --comment "flanneld masq" -j RETURN
[290974:17459014] -A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
[5819:349458] -A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
# Generated by iptables-save v1.8.7 on Mon Jan  1 00:00:00 2024
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
[0:0] -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[0:0] -A INPUT -i lo -j ACCEPT
[0:0] -A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
[0:0] -A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
[0:0] -A INPUT -p tcp -m multiport --dports 80,443 -m comment --comment "web" -j ACCEPT
[0:0] -A INPUT -m limit --limit 3/min -j LOG --log-prefix "dropped: " --log-level 4
[0:0] -A INPUT -m set --match-set f2b-sshd src -j REJECT --reject-with icmp-port-unreachable
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A CILIUM_FORWARD -o cilium_host -m comment --comment "cilium: any->cluster on cilium_host forward accept" -j ACCEPT
-A CILIUM_POST_nat -s 10.0.0.0/16 -m set --match-set cilium_node_set_v4 dst -m comment --comment "exclude traffic to cluster nodes from masquerade" -j ACCEPT
-A PREROUTING -m comment --comment "cilium-feeder: CILIUM_PRE_nat" -j CILIUM_PRE_nat
-A LIBVIRT_FWI -d 192.168.122.0/24 -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A LIBVIRT_PRT -s 192.168.122.0/24 ! -d 192.168.122.0/24 -p tcp -j MASQUERADE --to-ports 1024-65535
-A f2b-sshd -s 203.0.113.7/32 -j REJECT --reject-with icmp-port-unreachable
-A f2b-sshd -j RETURN
-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A KUBE-ROUTER-INPUT -m comment --comment "kube-router netpol" -j KUBE-POD-FW-
COMMIT
# Completed on Mon Jan  1 00:00:00 2024
nfscope-workspace 2
{"documents":[{"name":"node.save","bytes":1234},{"name":"Pasted dump","bytes":567}],"view":"view=hooks&family=ip&sel=rule/iptables/ip/filter/FORWARD/1","notes":[]}
nfscope-workspace 2
{"documents":[{"name":"node-1.save","bytes":12345}],"view":"view=hooks&family=ip"}
# Generated by iptables-save v1.8.9 (nf_tables) on `;
