/** All extensions by name, and by what they print. To add a match or a target: its entry in extensions/, and its name here. */
import type { Statement } from '../../model/statement.ts';
import type { FieldOption, MatchExtension, TargetExtension } from './extension.ts';
import { ADDRTYPE } from './extensions/addrtype.ts';
import { BASIC } from './extensions/basic.ts';
import {
  CONNBYTES,
  CONNLABEL,
  CONNMARK as CONNMARK_MATCH,
  CONNTRACK,
  HELPER,
  STATE_MATCH,
} from './extensions/conntrack.ts';
import * as headers6 from './extensions/headers6.ts';
import * as mangle from './extensions/mangle.ts';
import * as nat from './extensions/nat.ts';
import { COMMENT, LIMIT, OPAQUE_MATCHES, QUOTA, SET, STATISTIC } from './extensions/other.ts';
import * as packet from './extensions/packet.ts';
import { SCTP } from './extensions/sctp.ts';
import * as surroundings from './extensions/surroundings.ts';
import { TIME_MATCH } from './extensions/time.ts';
import * as transport from './extensions/transport.ts';
import * as verdicts from './extensions/verdicts.ts';

/** Where two extensions print one field, the first that can is taken, unless the statement's `via` names another. */
const MATCHES: readonly MatchExtension[] = [
  BASIC,
  transport.TCP,
  transport.UDP,
  SCTP,
  transport.DCCP,
  transport.ICMP,
  transport.ICMP6,
  transport.ESP,
  transport.AH,
  transport.IPCOMP,
  transport.TCPMSS,
  transport.ECN,
  transport.MULTIPORT,
  transport.UDPLITE,
  CONNTRACK,
  STATE_MATCH,
  CONNMARK_MATCH,
  CONNBYTES,
  CONNLABEL,
  HELPER,
  packet.MARK,
  packet.IPRANGE,
  packet.MAC,
  packet.LENGTH,
  packet.PKTTYPE,
  packet.TTL,
  packet.HL,
  packet.DSCP,
  packet.TOS,
  packet.DEVGROUP,
  packet.REALM,
  packet.CPU,
  packet.CGROUP,
  packet.PHYSDEV,
  packet.OWNER,
  ADDRTYPE,
  packet.RPFILTER,
  headers6.FRAG,
  headers6.RT,
  headers6.MH,
  headers6.IPV6HEADER,
  headers6.HBH,
  headers6.DST,
  headers6.SRH,
  headers6.EUI64,
  surroundings.SOCKET,
  surroundings.POLICY,
  surroundings.CONNLIMIT,
  surroundings.OSF,
  TIME_MATCH,
  COMMENT,
  LIMIT,
  QUOTA,
  STATISTIC,
  SET,
  ...OPAQUE_MATCHES,
];

const TARGETS: readonly TargetExtension[] = [
  verdicts.REJECT,
  verdicts.LOG,
  verdicts.AUDIT,
  verdicts.NFLOG,
  verdicts.NFQUEUE,
  verdicts.TRACE,
  verdicts.NOTRACK,
  verdicts.CT,
  verdicts.SYNPROXY,
  nat.DNAT,
  nat.SNAT,
  nat.MASQUERADE,
  nat.REDIRECT,
  nat.NETMAP,
  nat.TPROXY,
  mangle.MARK,
  mangle.CONNMARK,
  mangle.TCPMSS,
  mangle.TEE,
  mangle.CLASSIFY,
  mangle.DSCP,
  mangle.TOS,
  mangle.TTL,
  mangle.HL,
  mangle.SET,
  mangle.TCPOPTSTRIP,
  mangle.ECN,
  ...mangle.HARMLESS_TARGETS,
  ...mangle.OPAQUE_TARGETS,
];

export const MATCH_EXTENSIONS: ReadonlyMap<string, MatchExtension> = new Map(MATCHES.map((each) => [each.name, each]));
export const TARGET_EXTENSIONS: ReadonlyMap<string, TargetExtension> = new Map(
  TARGETS.map((each) => [each.name, each]),
);

/** The extension whose options may follow `-p` without a `-m`. Kernel's numbers. */
export const PROTOCOL_EXTENSIONS: ReadonlyMap<number, MatchExtension> = new Map([
  [6, transport.TCP],
  [17, transport.UDP],
  [136, transport.UDPLITE],
  [132, SCTP],
  [33, transport.DCCP],
  [1, transport.ICMP],
  [58, transport.ICMP6],
  [50, transport.ESP],
  [51, transport.AH],
  [108, transport.IPCOMP],
  [135, headers6.MH],
]);

const optionNames = new Map<MatchExtension, ReadonlyMap<string, FieldOption>>();
for (const extension of MATCHES) {
  const names = new Map<string, FieldOption>();
  for (const option of extension.options ?? []) for (const name of option.names) names.set(name, option);
  optionNames.set(extension, names);
}

export function fieldOption(extension: MatchExtension, name: string): FieldOption | undefined {
  return optionNames.get(extension)?.get(name);
}

/** A way to print a match of some field. */
export type FieldPrinter =
  | { readonly extension: MatchExtension; readonly option: FieldOption }
  | { readonly extension: MatchExtension; readonly option: null };

const byField = new Map<string, FieldPrinter[]>();
const byKind = new Map<Statement['kind'], MatchExtension>();

function addPrinter(name: string, printer: FieldPrinter): void {
  const printers = byField.get(name);
  if (printers) printers.push(printer);
  else byField.set(name, [printer]);
}

for (const extension of MATCHES) {
  for (const option of extension.options ?? [])
    for (const name of option.fields) addPrinter(name, { extension, option });
  for (const name of extension.printsFields ?? []) addPrinter(name, { extension, option: null });
  for (const kind of extension.printsKinds ?? []) byKind.set(kind, extension);
}

/** By the name of the compared field (`numgen` for numgen expressions). */
export function fieldPrinters(name: string): readonly FieldPrinter[] {
  return byField.get(name) ?? [];
}

export function kindPrinter(kind: Statement['kind']): MatchExtension | undefined {
  return byKind.get(kind);
}
