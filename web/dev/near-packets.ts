/**
 * Random packets that meet the rules of a ruleset: their addresses, ports, marks and interfaces are those that rules and sets write, and their neighbours.
 * For tools that compare; the same numbers give the same packets.
 */

import { addressText } from '../model/address.ts';
import type { Expression, Scalar, SetElement } from '../model/expression.ts';
import type { NamedSet, Ruleset } from '../model/ruleset.ts';
import { spellExpression } from '../model/spell-expression.ts';
import { eachExpression, eachExpressionOf } from '../model/walk.ts';
import { pick, type Random } from './draw.ts';
import type { Version } from './trace-grammar.ts';

/** What rules and sets write. */
export interface Constants {
  readonly v4: readonly number[];
  readonly v6: readonly bigint[];
  readonly ports: readonly number[];
  readonly marks: readonly number[];
  readonly devices: readonly string[];
}

/** Elements that are looked at of each set: a large one has enough of a kind. */
const MOST_ELEMENTS = 64;
const MOST_PORT = 0xffff;
const FIRST_V4 = 1 << 24;
const FIRST_V6 = 1n << 64n;
const LAST_V4 = 0xffffffff;
const LAST_V6 = (1n << 128n) - 1n;

/** Cost: linear in the rules. */
export function constantsOf(ruleset: Ruleset): Constants {
  const found = new Collector();
  for (const rule of ruleset.rules) {
    for (const statement of rule.body) {
      const text = statement.kind === 'match' ? spellExpression(statement.left) : statement.kind;
      const isMark = text.includes('mark') || statement.kind === 'mangle';
      eachExpressionOf(statement, (each) => found.expression(each, isMark));
    }
  }
  for (const set of ruleset.sets)
    for (const element of set.elements.slice(0, MOST_ELEMENTS)) found.element(set, element);
  return found.all();
}

class Collector {
  private readonly v4 = new Set<number>();
  private readonly v6 = new Set<bigint>();
  private readonly ports = new Set<number>();
  private readonly marks = new Set<number>([0]);
  private readonly devices = new Set<string>();

  element(set: NamedSet, { key }: SetElement): void {
    eachExpression(key, (each) => this.expression(each, set.key.types.includes('mark')));
  }

  expression(each: Expression, isMark: boolean): void {
    switch (each.kind) {
      case 'value':
        this.scalar(each.value, isMark);
        break;
      case 'range':
        this.scalar(each.from, isMark);
        this.scalar(each.to, isMark);
        break;
      case 'prefix':
        this.prefix(each.address, each.length, each.width);
        break;
      case 'wildcard':
        this.scalar(`${each.stem}7`, false);
        break;
      default:
    }
  }

  private prefix(address: number | bigint, length: number, width: number): void {
    if (width !== 32 && width !== 128) return;
    const size = 1n << BigInt(width - length);
    const first = (BigInt(address) / size) * size;
    for (const value of [BigInt(address), first, first + size - 1n, first + size])
      this.scalar(width === 32 ? Number(value) : value, false);
  }

  private scalar(value: Scalar, isMark: boolean): void {
    if (typeof value === 'string') {
      if (/^[A-Za-z][\w.@-]{0,14}$/.test(value)) this.devices.add(value);
    } else if (typeof value === 'bigint') {
      if (value >= FIRST_V6 && value <= LAST_V6) this.v6.add(value);
    } else {
      if (isMark) this.marks.add(value >>> 0);
      if (value <= MOST_PORT && value > 0) this.ports.add(value);
      if (value >= FIRST_V4 && value <= LAST_V4) this.v4.add(value);
    }
  }

  all(): Constants {
    return {
      v4: [...this.v4, 0x0a000001, 0x0a090909, 0xc0a80101],
      v6: [...this.v6, 0x20010db8000000000000000000000001n, 0xfd000000000000000000000000000009n],
      ports: [...this.ports, 80, 4242],
      marks: [...this.marks],
      devices: [...this.devices, 'eth0', 'eth1', 'other7'].filter((name) => name !== 'lo'),
    };
  }
}

/** A packet in the tracer's form: of a kind that a kernel can be sent, from an address that may come in. */
export function packetNear(constants: Constants, version: Version, random: Random): Record<string, unknown> {
  const path = pick(random, ['forward', 'forward', 'input', 'output']);
  const src = hostNear(constants, version, random, false);
  let dst = src;
  while (dst === src) dst = hostNear(constants, version, random, true);
  const made: Record<string, unknown> = {
    family: version,
    path,
    src,
    dst,
    ...transport(constants, version, random),
  };
  const [iif, oif] = [pick(random, constants.devices), pick(random, constants.devices)];
  if (path !== 'output') made['iif'] = iif;
  if (path !== 'input') made['oif'] = oif === iif && path === 'forward' ? `${oif.slice(0, 12)}-x` : oif;
  if (path === 'output') made['uid'] = pick(random, [0, 1000]);
  if (random() < 0.4) made['mark'] = pick(random, constants.marks);
  if (random() < 0.15) made['ttl'] = pick(random, [2, 63, 100]);
  if (random() < 0.1) made['dscp'] = pick(random, [8, 10, 46]);
  return { ...made, ...state(made, random) };
}

/** An address that the rules name, or one beside it; nothing that is no sender or that a node throws away. */
function hostNear({ v4, v6 }: Constants, version: Version, random: Random, isTarget: boolean): string {
  for (;;) {
    const step = pick(random, [0, 0, 0, 1, -1, 5]);
    if (version === 6) {
      const value = pick(random, v6) + BigInt(step);
      if (value > 1n && value < LAST_V6 && value >> 120n !== 0xffn && value >> 118n !== 0x3fan)
        return addressText(value, 128);
    } else {
      const value = pick(random, v4) + step;
      const first = value >>> 24;
      const isGroup = isTarget && first >= 224 && first < 240 && random() < 0.1;
      if (value > 0 && first !== 0 && first !== 127 && (first < 224 || isGroup)) return addressText(value, 32);
    }
  }
}

function transport({ ports }: Constants, version: Version, random: Random): Record<string, unknown> {
  const icmp = version === 4 ? 'icmp' : 'icmpv6';
  const proto = pick(random, ['tcp', 'tcp', 'tcp', 'udp', 'udp', icmp, 'sctp']);
  if (proto === icmp)
    return { proto, icmpType: version === 4 ? pick(random, [8, 8, 0, 3]) : pick(random, [128, 128, 129, 1]) };
  const port = () => Math.min(MOST_PORT, Math.max(1, pick(random, ports) + pick(random, [0, 0, 0, 1, -1])));
  const flags = proto === 'tcp' ? { tcpFlags: pick(random, [2, 2, 2, 16, 18, 4]) } : {};
  return { proto, sport: pick(random, [40000, port()]), dport: port(), ...flags };
}

/** SYN and ACK, and questions, open a connection. */
const OPENING = new Set([2, 16]);

function state({ proto, path, tcpFlags, icmpType }: Record<string, unknown>, random: Random): Record<string, unknown> {
  const opens =
    proto === 'tcp' ? OPENING.has(tcpFlags as number) : icmpType === undefined || icmpType === 8 || icmpType === 128;
  if (!opens)
    return proto === 'tcp' && random() < 0.5
      ? { ctstate: 'established', ctSetup: 'insert', tcpFlags: 16 }
      : { ctstate: 'invalid' };
  const drawn = random();
  if (drawn < 0.2) {
    const reply = drawn < 0.08 && icmpType === undefined;
    return {
      ctstate: 'established',
      ctSetup: 'insert',
      ...(proto === 'tcp' ? { tcpFlags: 16 } : {}),
      ...(reply ? { ctDirection: 'reply' } : {}),
      ...(random() < 0.5 ? { ctMark: pick(random, [1, 5, 0x10]) } : {}),
    };
  }
  // The checksum that makes a packet invalid is not looked at in packets of the node itself.
  return drawn < 0.27 && path !== 'output' ? { ctstate: 'invalid' } : {};
}
