import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { CATALOGUE, OWNERS } from './catalogue/index.ts';
import { type Attributed, attribute, nftTable, saved } from './fixtures.ts';

const attributeText = (...texts: readonly string[]): Attributed => attribute(readDocument, texts);

interface Case {
  readonly owner: string;
  readonly text: string;
}

/** Every rule of a text is its owner's. */
const SIGNATURES: readonly Case[] = [
  {
    owner: 'kube-proxy-iptables',
    text:
      saved(
        'nat',
        [
          'PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
          'OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
          'POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
          'KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
          'KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
          'KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
          'KUBE-POSTROUTING -j MASQUERADE --random-fully',
          'KUBE-SERVICES -d 10.96.0.80/32 -p tcp -m comment --comment "shop/cart:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-CART',
          'KUBE-SVC-CART -m comment --comment "shop/cart:http -> 10.1.2.3:8080" -j KUBE-SEP-CART1',
          'KUBE-SEP-CART1 -p tcp -m tcp -j DNAT --to-destination 10.1.2.3:8080',
          'KUBE-XLB-OLD -j KUBE-SEP-CART1',
          'KUBE-PORTALS-CONTAINER -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 41000',
        ],
        ['KUBE-NODEPORTS'],
      ) +
      saved('filter', [
        'FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
        'KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
        'KUBE-SOMETHING-NEW -j DROP',
      ]),
  },
  {
    owner: 'kube-proxy-ipvs',
    text:
      saved('nat', [
        'PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        'KUBE-SERVICES -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP src,dst -j KUBE-MARK-MASQ',
        'KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
        'KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
        'KUBE-NODE-PORT -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ',
      ]) + saved('filter', ['INPUT -j KUBE-IPVS-FILTER', 'KUBE-IPVS-FILTER -j RETURN', 'KUBE-FORWARD -j ACCEPT']),
  },
  {
    owner: 'kube-proxy-nftables',
    text: nftTable('ip kube-proxy', ['ct state new jump services', 'ip daddr 10.96.0.1 accept']),
  },
  {
    owner: 'kubelet',
    text:
      saved('filter', [
        'INPUT -j KUBE-FIREWALL',
        'KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -j DROP',
      ]) +
      saved(
        'nat',
        [
          'POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
          'KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000',
          'KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
          'KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE',
          'KUBE-HOSTPORTS -p tcp -m comment --comment "web_default hostport 80" -m tcp --dport 80 -j KUBE-HP-ABCDEF',
          'KUBE-HP-ABCDEF -p tcp -j DNAT --to-destination 10.1.2.3:80',
        ],
        ['KUBE-KUBELET-CANARY'],
      ),
  },
  {
    owner: 'calico-iptables',
    text: saved('filter', [
      'INPUT -m comment --comment "cali:Cz_u1IQiXIMmKD4c" -j cali-INPUT',
      'FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
      'FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT',
      'FORWARD -m comment --comment "cali:mp77cMpurHhyjLrM" -j MARK --set-xmark 0x10000/0x10000',
      'cali-INPUT -i cali+ -g cali-wl-to-host',
      'cali-wl-to-host -j cali-from-wl-dispatch',
      'cali-from-wl-dispatch -m comment --comment "cali:zTj6P0TIgYvgz-md" -m comment --comment "Unknown interface" -j DROP',
      'cali-FORWARD -m set --match-set cali40this-host dst -j RETURN',
    ]),
  },
  {
    owner: 'calico-nftables',
    text: nftTable('ip calico', [
      'counter packets 0 bytes 0 jump filter-cali-FORWARD comment "cali:dpfqBgJrpRwlrqw1;"',
      'meta mark & 0x00010000 == 0x00010000 counter packets 0 bytes 0 accept',
    ]),
  },
  {
    owner: 'calico-ebpf',
    text: saved('filter', [
      'FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
      'cali-FORWARD -m comment --comment "cali:vjrMJCRpqwy5oRoX" -m comment --comment "Pre-approved by BPF programs." -m mark --mark 0x3000000/0x3000000 -j ACCEPT',
      'cali-FORWARD -j RETURN',
    ]),
  },
  {
    owner: 'cilium',
    text: saved('filter', [
      'INPUT -m comment --comment "cilium-feeder: CILIUM_INPUT" -j CILIUM_INPUT',
      'CILIUM_INPUT -m mark --mark 0x200/0xf00 -m comment --comment "cilium: ACCEPT for proxy traffic" -j ACCEPT',
      'OLD_CILIUM_FORWARD -o cilium_host -j ACCEPT',
    ]),
  },
  {
    owner: 'flannel-iptables',
    text:
      saved('nat', [
        'POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
        'FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
        'POSTROUTING -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE',
      ]) + saved('filter', ['FORWARD -i flannel.1 -j ACCEPT', 'FORWARD -j FLANNEL-FWD'], ['FLANNEL-FWD']),
  },
  { owner: 'flannel-nftables', text: nftTable('ip flannel-ipv4', ['ip saddr 10.244.0.0/16 accept']) },
  {
    owner: 'weave',
    text:
      saved('filter', ['FORWARD -o weave -j WEAVE-NPC', 'WEAVE-NPC -d 224.0.0.0/4 -j ACCEPT']) +
      saved('nat', ['POSTROUTING -j WEAVE', 'WEAVE -s 10.32.0.0/12 -d 224.0.0.0/4 -j RETURN']),
  },
  {
    owner: 'kube-router',
    text: saved('filter', [
      'FORWARD -m comment --comment "kube-router netpol - TEMCG2JMHZYE7H7T" -j KUBE-ROUTER-FORWARD',
      'FORWARD -m mark --mark 0x20000/0x20000 -j ACCEPT',
      'KUBE-ROUTER-FORWARD -d 10.1.2.3/32 -m comment --comment "rule to jump traffic destined to POD name:web namespace: default to chain KUBE-POD-FW-AAAA" -j KUBE-POD-FW-AAAA',
      'KUBE-POD-FW-AAAA -j KUBE-NWPLCY-DEFAULT',
      'KUBE-NWPLCY-DEFAULT -m comment --comment "rule to mark traffic matching a network policy" -j MARK --set-xmark 0x10000/0x10000',
    ]),
  },
  {
    owner: 'antrea',
    text: saved('nat', [
      'POSTROUTING -m comment --comment "Antrea: jump to Antrea postrouting rules" -j ANTREA-POSTROUTING',
      'ANTREA-POSTROUTING -m set ! --match-set ANTREA-POD-IP dst -j MASQUERADE',
    ]),
  },
  { owner: 'ovn-kubernetes', text: saved('nat', ['PREROUTING -j OVN-KUBE-NODEPORT', 'OVN-KUBE-NODEPORT -j RETURN']) },
  {
    owner: 'docker-iptables',
    text:
      saved(
        'filter',
        [
          'FORWARD -j DOCKER-USER',
          'FORWARD -j DOCKER-FORWARD',
          'FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
          'FORWARD -i docker0 ! -o docker0 -j ACCEPT',
          'DOCKER-FORWARD -i web-bridge ! -o web-bridge -j ACCEPT',
          'DOCKER-USER -j RETURN',
        ],
        ['DOCKER'],
      ) +
      saved('nat', [
        'PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
        'POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
        'POSTROUTING -s 172.30.0.0/16 ! -o web-bridge -j MASQUERADE',
        'DOCKER -i docker0 -j RETURN',
      ]) +
      saved('raw', ['PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP']),
  },
  { owner: 'docker-nftables', text: nftTable('ip docker-bridges', ['counter comment "OUTGOING"', 'accept']) },
  { owner: 'netavark-nftables', text: nftTable('inet netavark', ['ct state invalid drop', 'accept']) },
  {
    owner: 'netavark-iptables',
    text: saved('filter', [
      'FORWARD -m comment --comment "netavark firewall rules" -j NETAVARK_FORWARD',
      'NETAVARK_FORWARD -s 10.88.0.0/16 -j ACCEPT',
      'FORWARD -i podman0 -j ACCEPT',
    ]),
  },
  {
    owner: 'cni-portmap',
    text: saved('nat', [
      'PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      'POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      'CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"4f1e\\"" -m multiport --dports 8080 -j CNI-DN-2aeb1b76b7e7e5c8d5b6f',
      'CNI-DN-2aeb1b76b7e7e5c8d5b6f -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.1.2.3:80',
      'CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
    ]),
  },
  {
    owner: 'cni-firewall',
    text: saved('filter', [
      'FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD',
      'CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN',
      'CNI-FORWARD -s 10.1.2.3/32 -j ACCEPT',
      'CNI-ISOLATION-STAGE-1 -i nerdctl0 ! -o nerdctl0 -j RETURN',
    ]),
  },
  {
    owner: 'cni-ipmasq',
    text: saved('nat', [
      'POSTROUTING -s 10.1.2.3/32 -m comment --comment "name: \\"bridge\\" id: \\"4f1e\\"" -j CNI-8d0a2b1c4e5f60718293a4b5',
      'CNI-8d0a2b1c4e5f60718293a4b5 -d 10.1.2.0/24 -j ACCEPT',
      'POSTROUTING -o cni0 -j ACCEPT',
    ]),
  },
  {
    owner: 'firewalld-nftables',
    text: nftTable('inet firewalld', ['ct state invalid drop', 'reject with icmpx admin-prohibited'], 'filter_FORWARD'),
  },
  {
    owner: 'firewalld-iptables',
    text: saved('filter', [
      'INPUT -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT',
      'INPUT -i lo -j ACCEPT',
      'INPUT -j INPUT_direct',
      'INPUT -j INPUT_ZONES',
      'INPUT -m conntrack --ctstate INVALID -j DROP',
      'INPUT -j REJECT --reject-with icmp-host-prohibited',
      'INPUT_ZONES -g IN_public',
      'IN_public -j IN_public_allow',
      'IN_public_allow -p tcp -m tcp --dport 22 -j ACCEPT',
      'INPUT_direct -j RETURN',
    ]),
  },
  {
    owner: 'ufw',
    text: saved('filter', [
      'INPUT -j ufw-before-logging-input',
      'INPUT -j ufw-before-input',
      'ufw-before-logging-input -j RETURN',
      'ufw-before-input -j ufw-user-input',
      'ufw-user-input -p tcp -m tcp --dport 22 -m comment --comment "dapp_OpenSSH" -j ACCEPT',
      'ufw-user-input -i docker0 -j ACCEPT',
    ]),
  },
  {
    owner: 'istio-sidecar',
    text:
      saved('nat', [
        'PREROUTING -p tcp -j ISTIO_INBOUND',
        'PREROUTING -i net1 -j RETURN',
        'OUTPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -j REDIRECT --to-ports 15053',
        'OUTPUT -j ISTIO_OUTPUT',
        'ISTIO_INBOUND -p tcp -m tcp --dport 15020 -j RETURN',
        'ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN',
      ]) +
      saved('raw', [
        'OUTPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -j CT --zone 2',
        'PREROUTING -s 10.96.0.10/32 -p udp -m udp --sport 53 -j CT --zone 1',
      ]) +
      saved('mangle', [
        'ISTIO_DIVERT -j MARK --set-xmark 0x539/0xffffffff',
        'OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp -m owner --uid-owner 1337 -j MARK --set-xmark 0x53a/0xffffffff',
        'OUTPUT -p tcp -m connmark --mark 0x539 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff',
      ]),
  },
  {
    owner: 'istio-ambient',
    text: saved('nat', [
      'PREROUTING -j ISTIO_PRERT',
      'OUTPUT -j ISTIO_OUTPUT',
      'ISTIO_PRERT -s 169.254.7.127/32 -p tcp -m tcp -j ACCEPT',
      'ISTIO_OUTPUT -d 169.254.7.127/32 -p tcp -m tcp -j ACCEPT',
    ]),
  },
  {
    owner: 'linkerd',
    text: saved('nat', [
      'PREROUTING -m comment --comment "proxy-init/install-proxy-init-prerouting" -j PROXY_INIT_REDIRECT',
      'PROXY_INIT_REDIRECT -p tcp -j REDIRECT --to-ports 4143',
    ]),
  },
  {
    owner: 'kuma',
    text: saved('nat', [
      'PREROUTING -p tcp -j KUMA_MESH_INBOUND',
      'KUMA_MESH_INBOUND -p tcp -j KUMA_MESH_INBOUND_REDIRECT',
      'KUMA_MESH_INBOUND_REDIRECT -p tcp -j REDIRECT --to-ports 15006',
      'OUTPUT -p tcp -m comment --comment "kuma/mesh/transparent/proxy/outbound" -j RETURN',
    ]),
  },
  {
    owner: 'aws-vpc-cni',
    text:
      saved('nat', [
        'POSTROUTING -m comment --comment "AWS SNAT CHAIN" -j AWS-SNAT-CHAIN-0',
        'AWS-SNAT-CHAIN-0 ! -o vlan+ -m comment --comment "AWS, SNAT" -j SNAT --to-source 10.0.0.5',
      ]) +
      saved('mangle', [
        'PREROUTING -i eth0 -m comment --comment "AWS, primary ENI" -m addrtype --dst-type LOCAL -j CONNMARK --set-xmark 0x80/0x80',
        'PREROUTING -i eni+ -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80',
      ]),
  },
  {
    owner: 'azure-cni',
    text:
      saved('nat', ['POSTROUTING -j SWIFT-POSTROUTING', 'SWIFT-POSTROUTING -j RETURN']) +
      saved('filter', [
        'FORWARD -j AZURE-NPM',
        'AZURE-NPM -m set --match-set azure-npm-2837910840 src -j DROP',
        'FORWARD -d 168.63.129.16/32 -p tcp -m tcp --dport 80 -j DROP',
      ]),
  },
  {
    owner: 'ip-masq-agent',
    text: saved('nat', [
      'POSTROUTING -m comment --comment "ip-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom IP-MASQ-AGENT chain" -m addrtype ! --dst-type LOCAL -j IP-MASQ-AGENT',
      'IP-MASQ-AGENT -d 10.0.0.0/8 -j RETURN',
    ]),
  },
  {
    owner: 'gke',
    text: saved('mangle', [
      'PREROUTING -m comment --comment "redirect all traffic to GCP-PREROUTING chain" -j GCP-PREROUTING',
      'GCP-PREROUTING -j CONNMARK --restore-mark',
    ]),
  },
  {
    owner: 'nodelocaldns',
    text:
      saved('raw', [
        'PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j CT --notrack',
        'PREROUTING -d 169.254.20.10/32 -p udp -m udp --dport 53 -j CT --notrack',
        'OUTPUT -s 169.254.20.10/32 -p tcp -m tcp --sport 8080 -j CT --notrack',
      ]) +
      saved('filter', [
        'INPUT -d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: allow DNS traffic" -j ACCEPT',
      ]),
  },
  {
    owner: 'tailscale',
    text:
      saved('filter', [
        'INPUT -j ts-input',
        'ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP',
        'FORWARD -i tailscale0 -j ACCEPT',
      ]) +
      saved('nat', ['POSTROUTING -j ts-postrouting', 'ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE']),
  },
  {
    owner: 'wg-quick',
    text: nftTable(
      'ip wg-quick-wg0',
      ['iifname != "wg0" ip daddr 10.9.0.2 fib saddr type != local drop'],
      'preraw',
      'prerouting',
    ),
  },
  {
    owner: 'wg-quick',
    text: saved('mangle', [
      'POSTROUTING -p udp -m mark --mark 0xca6c -m comment --comment "wg-quick(8) rule for wg0" -j CONNMARK --save-mark',
    ]),
  },
  { owner: 'kubespan', text: nftTable('inet talos_kubespan', ['accept'], 'prerouting', 'prerouting') },
  {
    owner: 'libvirt-iptables',
    text:
      saved('filter', [
        'FORWARD -j LIBVIRT_FWX',
        'LIBVIRT_FWX -i lab0 -o lab0 -j ACCEPT',
        'INPUT -i virbr0 -p udp -m udp --dport 53 -j ACCEPT',
        'FORWARD -o lab0 -j REJECT --reject-with icmp-port-unreachable',
      ]) +
      saved('nat', ['POSTROUTING -s 192.168.122.0/24 -d 224.0.0.0/24 -j RETURN']) +
      saved('mangle', ['POSTROUTING -o virbr0 -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill']),
  },
  { owner: 'libvirt-nftables', text: nftTable('ip libvirt_network', ['oifname "virbr0" counter reject']) },
  { owner: 'incus', text: nftTable('inet incus', ['ip version 4 oifname "incusbr0" accept'], 'fwd.incusbr0') },
  { owner: 'lxd', text: nftTable('inet lxd', ['ip version 4 oifname "lxdbr0" accept'], 'fwd.lxdbr0') },
  {
    owner: 'lxd',
    text: saved('filter', [
      'FORWARD -o lxdbr0 -m comment --comment "generated for LXD network lxdbr0" -j ACCEPT',
      'FORWARD -i lxdbr0 -j ACCEPT',
    ]),
  },
  {
    owner: 'fail2ban',
    text: saved('filter', [
      'INPUT -p tcp -m multiport --dports 22 -j f2b-sshd',
      'f2b-sshd -s 203.0.113.7/32 -j REJECT --reject-with icmp-port-unreachable',
      'INPUT -p tcp -m set --match-set f2b-nginx src -j DROP',
    ]),
  },
  {
    owner: 'crowdsec',
    text: saved('filter', [
      'INPUT -j CROWDSEC_CHAIN',
      'CROWDSEC_CHAIN -m set --match-set crowdsec-blacklists-0 src -j DROP',
    ]),
  },
  { owner: 'sshguard', text: saved('filter', ['INPUT -j sshguard', 'sshguard -s 203.0.113.7/32 -j DROP']) },
  {
    owner: 'proxmox',
    text: saved('filter', [
      'INPUT -j PVEFW-INPUT',
      'PVEFW-INPUT -m comment --comment "PVESIG:abc"',
      'tap100i0-IN -p tcp -g GROUP-web-IN',
      'GROUP-web-IN -j ACCEPT',
    ]),
  },
  {
    owner: 'neutron',
    text: saved('filter', [
      'FORWARD -j neutron-filter-top',
      'neutron-filter-top -j neutron-openvswi-local',
      'neutron-openvswi-local -j RETURN',
      'neutron-openvswi-i1234abcd-5 -m comment --comment "Send unmatched traffic to the fallback chain." -j neutron-openvswi-sg-fallback',
    ]),
  },
  {
    owner: 'openwrt-fw4',
    text: nftTable('inet fw4', ['iifname "br-lan" jump input_lan comment "!fw4: Handle lan IPv4/IPv6 input traffic"']),
  },
  {
    owner: 'openwrt-fw3',
    text: saved('filter', [
      'INPUT -m comment --comment "!fw3: Custom input rule chain" -j input_rule',
      'INPUT -i br-lan -j zone_lan_input',
      'zone_lan_input -j zone_lan_src_ACCEPT',
      'zone_lan_src_ACCEPT -j ACCEPT',
      'INPUT -p tcp -j syn_flood',
      'syn_flood -j DROP',
      'INPUT -j reject',
      'reject -j REJECT',
    ]),
  },
  {
    owner: 'miniupnpd',
    text: saved('filter', [
      'FORWARD -i wan0 ! -o wan0 -j MINIUPNPD',
      'MINIUPNPD -d 192.168.1.11/32 -p tcp -m tcp --dport 49965 -j ACCEPT',
    ]),
  },
  {
    owner: 'shorewall',
    text: saved(
      'filter',
      [
        'INPUT -i eth0 -j net-fw',
        'net-fw -j dynamic',
        'net-fw -p tcp -j tcpflags',
        'net-fw -j logdrop',
        'logdrop -j DROP',
        'tcpflags -j RETURN',
      ],
      ['shorewall', 'dynamic'],
    ),
  },
  {
    owner: 'csf',
    text: saved('filter', [
      'INPUT ! -i lo -j LOCALINPUT',
      'LOCALINPUT -j DENYIN',
      'DENYIN -s 203.0.113.7/32 -j DROP',
      'INPUT -m set --match-set chain_DENY src -j DROP',
    ]),
  },
  { owner: 'systemd-nat', text: nftTable('ip io.systemd.nat', ['accept'], 'prerouting', 'prerouting') },
  {
    owner: 'networkmanager-shared',
    text: saved('filter', [
      'INPUT -i wlan0 -m comment --comment "nm-shared-wlan0" -j nm-sh-in-wlan0',
      'nm-sh-in-wlan0 -p udp -m udp --dport 67 -j ACCEPT',
    ]),
  },
  {
    owner: 'submariner',
    text: saved('nat', [
      'POSTROUTING -j SUBMARINER-POSTROUTING',
      'SUBMARINER-POSTROUTING -j SM-GN-EGRESS-CLUSTER',
      'SM-GN-EGRESS-CLUSTER -m mark --mark 0xc0000/0xc0000 -j SNAT --to-source 242.0.0.1',
    ]),
  },
  {
    owner: 'kilo',
    text: saved('nat', [
      'POSTROUTING -s 10.4.0.0/24 -m comment --comment "Kilo: jump to KILO-NAT chain" -j KILO-NAT',
      'KILO-NAT -d 10.4.0.0/16 -j RETURN',
    ]),
  },
  {
    owner: 'egressgateway',
    text: saved('mangle', [
      'PREROUTING -j EGRESSGATEWAY-MARK-REQUEST',
      'EGRESSGATEWAY-MARK-REQUEST -j MARK --set-xmark 0x26000000/0xff000000',
    ]),
  },
  {
    owner: 'kubeedge',
    text: saved('nat', [
      'PREROUTING -m comment --comment "kubeedge tunnel port" -j TUNNEL-PORT',
      'TUNNEL-PORT -p tcp -m tcp --dport 10351 -j DNAT --to-destination 10.0.0.5:10003',
    ]),
  },
  {
    owner: 'microk8s',
    text: saved('filter', ['FORWARD -s 10.1.0.0/16 -m comment --comment "generated for MicroK8s pods" -j ACCEPT']),
  },
];

describe('every owner is known by its signature', () => {
  it.each(SIGNATURES)('$owner', ({ owner, text }) => {
    const { ruleset, ownerOf, attribution } = attributeText(text);
    expect(ruleset.rules.length).toBeGreaterThan(0);
    const wrong = ruleset.rules
      .filter((rule) => ownerOf(rule) !== owner)
      .map((rule) => `${ownerOf(rule)}: ${rule.chain.name} ${rule.index}: ${attribution.evidenceOfRule(rule).text}`);
    expect(wrong).toEqual([]);
    for (const rule of ruleset.rules) expect(attribution.evidenceOfRule(rule).kind).not.toBe('none');
  });

  it('covers all owners that write rules', () => {
    const covered = new Set(SIGNATURES.map(({ owner }) => owner));
    const missing = CATALOGUE.filter(({ id, kind }) => kind === 'program' && !covered.has(id)).map(({ id }) => id);
    expect(missing).toEqual([]);
    expect([...covered].filter((id) => !OWNERS.has(id))).toEqual([]);
  });
});

describe('shared chains', () => {
  it('leaves DOCKER-USER to the administrator, but knows what others put there', () => {
    const { listing } = attributeText(
      saved('filter', [
        'FORWARD -j DOCKER-USER',
        'DOCKER-USER -p tcp -m multiport --dports 80 -j f2b-web',
        'DOCKER-USER -i eth0 -p tcp -m tcp --dport 5432 -j DROP',
        'DOCKER-USER -i docker0 -j RETURN',
        'DOCKER-USER -j RETURN',
        'f2b-web -j RETURN',
      ]),
    );
    expect(listing.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'docker-iptables',
      'fail2ban',
      'unknown',
      'unknown',
      'docker-iptables',
      'fail2ban',
    ]);
  });

  it('gives a chain without a known name to the owner of all its callers', () => {
    const { ruleset, ownerOf, ownerOfChain, attribution } = attributeText(
      saved(
        'filter',
        [
          'cali-FORWARD -j ours',
          'cali-INPUT -j ours',
          'ours -j deeper',
          'deeper -j DROP',
          'INPUT -j mixed',
          'cali-INPUT -j mixed',
          'mixed -j DROP',
          'loop-a -j loop-b',
          'loop-b -j loop-a',
        ],
        [],
      ),
    );
    const owners = Object.fromEntries(ruleset.chains.map((chain) => [chain.name, ownerOfChain(chain)]));
    expect(owners).toMatchObject({
      ours: 'calico-iptables',
      deeper: 'calico-iptables',
      mixed: 'unknown',
      'loop-a': 'unknown',
      'loop-b': 'unknown',
    });
    const deeper = ruleset.chains.find(({ name }) => name === 'deeper');
    expect(ownerOf(deeper?.rules[0] as never)).toBe('calico-iptables');
    expect(attribution.evidenceOfChain(deeper as never).text).toBe('only rules of Calico jump to deeper');
  });

  it('lets the comment decide where somebody uses another program as a tool', () => {
    const { listing } = attributeText(
      saved('nat', [
        'PREROUTING -m comment --comment "Antrea: mark for SNAT" -j KUBE-MARK-MASQ',
        'KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
      ]),
    );
    expect(listing[0]).toMatch(/^antrea:/);
    expect(listing[1]).toMatch(/^kube-proxy-iptables:/);
  });

  it('does not take a rule by its interface where it leads to a chain of the administrator', () => {
    const { listing } = attributeText(saved('filter', ['FORWARD -i docker0 -j my-policy', 'my-policy -j DROP']));
    expect(listing.every((line) => line.startsWith('unknown:'))).toBe(true);
  });

  it('does not take a rule that names interfaces of two owners', () => {
    const { listing } = attributeText(saved('filter', ['FORWARD -i docker0 -o virbr0 -j LOG']));
    expect(listing[0]).toMatch(/^unknown:/);
  });
});

describe('tables', () => {
  it('gives the tables of iptables to the engine and their rules to nobody', () => {
    const { ruleset, attribution, listing } = attributeText(
      saved('filter', ['INPUT -p tcp -m tcp --dport 22 -j ACCEPT']),
    );
    const [table] = ruleset.tables;
    expect(attribution.owners[attribution.tableOwner[0] ?? 0]).toBe('iptables-nft');
    expect(attribution.evidenceOfTable(table as never).text).toContain('belong to others');
    expect(listing[0]).toMatch(/^unknown:/);
  });

  it('does not look for traits in a table that somebody wrote by hand', () => {
    const { listing } = attributeText(
      nftTable('inet filter', ['iifname "docker0" accept', 'iifname "wg0" accept'], 'input', 'input'),
    );
    expect(listing.every((line) => line.startsWith('unknown:'))).toBe(true);
  });

  it('keeps a table of the same name in another family apart', () => {
    const { listing } = attributeText(nftTable('inet docker-bridges', ['accept']));
    expect(listing[0]).toMatch(/^unknown:/);
  });

  it('gives ipsets to their owners', () => {
    const { ruleset, attribution } = attributeText(
      'create cali40this-host hash:ip family inet hashsize 1024 maxelem 65536\ncreate KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536\ncreate mine hash:ip family inet hashsize 1024 maxelem 65536\n',
    );
    const owners = ruleset.sets.map((set) => [set.name, attribution.owners[attribution.setOwner[set.id] ?? 0]]);
    expect(Object.fromEntries(owners)).toEqual({
      'cali40this-host': 'calico-iptables',
      'KUBE-CLUSTER-IP': 'kube-proxy-ipvs',
      mine: 'unknown',
    });
    expect(attribution.evidenceOfSet(ruleset.ipsets.get('cali40this-host') as never).text).toBe(
      'cali40this-host is a set of Calico',
    );
  });
});

describe('evidence', () => {
  it('says in words why, and where', () => {
    const text = saved('filter', [
      'FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m mark --mark 0x10000/0x10000 -j ACCEPT',
      'FORWARD -j KUBE-FORWARD',
      'FORWARD -i tailscale0 -j ACCEPT',
      'FORWARD -i eth7 -j ACCEPT',
      'KUBE-FORWARD -j ACCEPT',
    ]);
    const { ruleset, attribution } = attributeText(text);
    const evidence = ruleset.rules.map((rule) => attribution.evidenceOfRule(rule));
    expect(evidence.map(({ kind }) => kind)).toEqual(['comment', 'jump-target', 'interface', 'none', 'in-chain']);
    expect(evidence[0]?.text).toBe(
      'comment "cali:S93hcgKJrXEqnTfs" is Calico\'s rule hash: appended FORWARD mark-accept (0x10000)',
    );
    expect(evidence[1]?.text).toBe('jumps to KUBE-FORWARD, a chain of kube-proxy');
    expect(evidence[4]?.text).toBe('in KUBE-FORWARD, a chain of kube-proxy');
    const { start, end } = evidence[1]?.span ?? { start: 0, end: 0 };
    expect(ruleset.dumps[0]?.text.slice(start, end)).toBe('KUBE-FORWARD');
  });
});
