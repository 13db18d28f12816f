/**
 * The packet of a line of nf_log and of xtables-monitor, `IN=eth0 OUT= SRC=10.0.0.1 DST=... LEN=60 ... PROTO=TCP SPT=1 DPT=2 SYN`, by nft's names.
 * Follows the kernel's net/netfilter/nf_log_syslog.c and iptables' iptables/xtables-monitor.c. Not modelled: options of IP and TCP, and the packet
 * inside of an ICMP error.
 */
import { parseIpv4, parseIpv6, parseMac } from '../../base/address.ts';
import { PROTOCOLS, TCP_FLAGS } from '../../model/constants.ts';
import type { Scalar } from '../../model/expression.ts';
import type { Family } from '../../model/hook.ts';
import type { PacketFields } from '../../model/trace.ts';

export interface LoggedPacket {
  readonly family: Family;
  readonly fields: PacketFields;
  /** What tells this packet from others in a log without numbers. NAT does not change it. */
  readonly key: string;
}

const NUMBER = /^(?:0x[0-9a-fA-F]+|[0-9]+)$/;
/** iptables' names of TCP flags that nft names otherwise. */
const FLAGS: ReadonlyMap<string, number> = new Map([...TCP_FLAGS.byName, ['ece', 0x40]] as const);
/** The packet that an ICMP error is about. */
const IN_ERROR = /\[SRC=[^\]]*\]?/;

/** Kernel: an IPv6 header. The log counts it in `LEN`, which nft's `ip6 length` does not. */
const HEADER6 = 40;

/** `text` from `IN=` on. `family` where the output tells it; `header6`: what `LEN` counts more than an IPv6 packet's payload. Cost: linear. */
export function readLoggedPacket(text: string, family: Family | null = null, header6 = HEADER6): LoggedPacket {
  const reader = new FieldReader(family, header6);
  for (const word of text.replace(IN_ERROR, '').split(/\s+/)) if (word !== '') reader.word(word);
  return reader.finish();
}

class FieldReader {
  private readonly fields = new Map<string, Scalar>();
  private readonly seen = new Set<string>();
  private family: Family | null;
  private protocol: number | null = null;
  /** `SPT`, `TYPE`, `ID` and so on, until the protocol is known. */
  private readonly ports = new Map<string, number>();
  private flags: number | null = null;

  constructor(
    family: Family | null,
    private readonly header6: number,
  ) {
    this.family = family;
  }

  word(word: string): void {
    const equals = word.indexOf('=');
    if (equals < 0) {
      const flag = FLAGS.get(word.toLowerCase());
      // `IN=` and addresses go before all flags; DF and LOOPBACK are none.
      if (flag !== undefined) this.flags = (this.flags ?? 0) | flag;
      else if (word === 'ARP') this.family = 'arp';
      return;
    }
    const name = word.slice(0, equals);
    const again = this.seen.has(name);
    this.seen.add(name);
    this.value(name, word.slice(equals + 1), again);
  }

  private value(name: string, text: string, again: boolean): void {
    if (text === '') return;
    const number = NUMBER.test(text) ? Number(text) : null;
    switch (name) {
      case 'IN':
        this.fields.set('meta iifname', text);
        return;
      case 'OUT':
        this.fields.set('meta oifname', text);
        return;
      case 'PHYSIN':
      case 'PHYSOUT':
        this.fields.set(name === 'PHYSIN' ? 'physdev in' : 'physdev out', text);
        return;
      case 'MAC':
        this.frame(text);
        return;
      case 'MACSRC':
      case 'MACDST':
        this.mac(name === 'MACSRC' ? 'saddr' : 'daddr', text);
        return;
      case 'SRC':
      case 'DST':
        this.address(name === 'SRC' ? 'saddr' : 'daddr', text);
        return;
      case 'IPSRC':
      case 'IPDST':
        this.arpAddress(name === 'IPSRC' ? 'arp saddr ip' : 'arp daddr ip', text);
        return;
      case 'MACPROTO':
        this.fields.set('ether type', Number.parseInt(text, 16) || 0);
        return;
      case 'PROTO':
        this.protocol = number ?? PROTOCOLS.byName.get(text.toLowerCase()) ?? null;
        return;
      default:
        if (number !== null) this.number(name, number, again);
    }
  }

  private number(name: string, number: number, again: boolean): void {
    const field = again ? undefined : PLAIN.get(name);
    if (field !== undefined) this.fields.set(field, number);
    else if (!again && this.ipNumber(name, number)) return;
    else this.ports.set(name, number);
  }

  /** Numbers of the network header. */
  private ipNumber(name: string, number: number): boolean {
    const six = this.family === 'ip6';
    switch (name) {
      case 'LEN':
        this.fields.set(six ? 'ip6 length' : 'ip length', six ? Math.max(0, number - this.header6) : number);
        return true;
      case 'TOS':
      case 'TC':
      case 'PREC': {
        const field = six ? 'ip6 dscp' : 'ip dscp';
        this.fields.set(field, Number(this.fields.get(field) ?? 0) | (number >> 2));
        return true;
      }
      case 'ID':
        // ICMP has an ID too, behind its protocol.
        if (this.protocol !== null || six) return false;
        this.fields.set('ip id', number);
        return true;
      default:
        return false;
    }
  }

  private address(side: string, text: string): void {
    const v4 = parseIpv4(text);
    const address = v4 >= 0 ? v4 : parseIpv6(text);
    if (address === null) return;
    const six = typeof address === 'bigint';
    this.family ??= six ? 'ip6' : 'ip';
    this.fields.set(`${six ? 'ip6' : 'ip'} ${side}`, address);
    // What a family of both tells first is the packet's.
    if (this.family === 'inet') this.family = six ? 'ip6' : 'ip';
  }

  private arpAddress(field: string, text: string): void {
    const address = parseIpv4(text);
    if (address >= 0) this.fields.set(field, address);
  }

  private mac(side: string, text: string): void {
    const mac = parseMac(text);
    if (mac !== null) this.fields.set(`ether ${side}`, mac);
  }

  /** The frame's header: destination, source, type. */
  private frame(text: string): void {
    const bytes = text.split(':');
    if (bytes.length < 14) return;
    this.mac('daddr', bytes.slice(0, 6).join(':'));
    this.mac('saddr', bytes.slice(6, 12).join(':'));
    this.fields.set('ether type', Number.parseInt(bytes.slice(12, 14).join(''), 16));
  }

  finish(): LoggedPacket {
    const family = this.family ?? 'ip';
    const protocol = this.protocol ?? (this.flags === null ? null : 6);
    if (protocol !== null) this.fields.set('meta l4proto', protocol);
    const header = HEADERS.get(protocol ?? -1) ?? (this.ports.has('SPORT') || this.ports.has('SPT') ? 'th' : null);
    if (header !== null) for (const [name, number] of this.ports) this.headerField(header, name, number);
    if (protocol === 6 && this.flags !== null) this.fields.set('tcp flags', this.flags);
    return { family, fields: this.fields, key: this.key(family) };
  }

  private headerField(header: string, name: string, number: number): void {
    const field = HEADER_FIELDS.get(name);
    if (field === undefined || (field.only !== null && !field.only.includes(header))) return;
    this.fields.set(`${header} ${field.name}`, number);
  }

  private key(family: Family): string {
    const at = (name: string): string => String(this.fields.get(name) ?? this.ports.get(name) ?? '');
    const id = at(family === 'ip6' ? 'ip6 flowlabel' : 'ip id');
    const port = at('SEQ') === '' ? at('SPT') : '';
    return [family, at('meta l4proto'), id, at('ip length'), at('ip6 length'), at('SEQ'), at('ID'), port].join(' ');
  }
}

/** Numbers that mean the same in every packet. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['MARK', 'meta mark'],
  ['TTL', 'ip ttl'],
  ['HOPLIMIT', 'ip6 hoplimit'],
  ['FLOWLBL', 'ip6 flowlabel'],
  ['UID', 'meta skuid'],
  ['GID', 'meta skgid'],
  ['OPCODE', 'arp operation'],
  ['HTYPE', 'arp htype'],
  ['PTYPE', 'arp ptype'],
]);

const HEADERS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

const WITH_PORTS: readonly string[] = ['tcp', 'udp', 'dccp', 'sctp', 'udplite', 'th'];
const ICMP: readonly string[] = ['icmp', 'icmpv6'];

/** `only`: the headers that have such a field. */
const HEADER_FIELDS: ReadonlyMap<string, { readonly name: string; readonly only: readonly string[] | null }> = new Map([
  ['SPT', { name: 'sport', only: WITH_PORTS }],
  ['SPORT', { name: 'sport', only: WITH_PORTS }],
  ['DPT', { name: 'dport', only: WITH_PORTS }],
  ['DPORT', { name: 'dport', only: WITH_PORTS }],
  ['TYPE', { name: 'type', only: ICMP }],
  ['CODE', { name: 'code', only: ICMP }],
  ['ID', { name: 'id', only: ICMP }],
  ['SEQ', { name: 'sequence', only: ['icmp', 'icmpv6', 'tcp'] }],
  ['ACK', { name: 'ackseq', only: ['tcp'] }],
  ['WINDOW', { name: 'window', only: ['tcp'] }],
  ['URGP', { name: 'urgptr', only: ['tcp'] }],
  ['LEN', { name: 'length', only: ['udp', 'udplite'] }],
  ['SPI', { name: 'spi', only: ['esp', 'ah'] }],
]);
