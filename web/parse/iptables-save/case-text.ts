/** The model as one line of text per node, for the grammar cases: `input ==> expected`, as Lezer's tests have them. Used by tests only. */
import { formatIpv4, formatIpv6, formatMac } from '../../base/address.ts';
import type { Expression, Scalar, SetElement } from '../../model/expression.ts';
import { isVerdict, type Verdict } from '../../model/expression.ts';
import type { Dump } from '../../model/ruleset.ts';
import type { Match, Statement } from '../../model/statement.ts';
import type { PacketFields, TraceEvent } from '../../model/trace.ts';
import type { XtReading } from '../../model/xt-reading.ts';

function scalarText(value: Scalar): string {
  if (typeof value === 'bigint') return `${value.toString(16)}n`;
  return typeof value === 'string' ? JSON.stringify(value) : value > 0xffff ? `0x${value.toString(16)}` : String(value);
}

export function expressionText(e: Expression): string {
  switch (e.kind) {
    case 'field':
      return e.name;
    case 'value':
      return scalarText(e.value);
    case 'prefix':
      return `${typeof e.address === 'bigint' ? (e.width === 48 ? formatMac(e.address) : formatIpv6(e.address)) : formatIpv4(e.address)}/${e.length}`;
    case 'range':
      return `${scalarText(e.from)}..${scalarText(e.to)}`;
    case 'wildcard':
      return `${e.stem}*`;
    case 'concat':
      return e.parts.map(expressionText).join(' . ');
    case 'bitwise':
      return `(${expressionText(e.left)} ${e.op} ${expressionText(e.right)})`;
    case 'set':
      return `{${e.elements.map(({ key }) => expressionText(key)).join(', ')}}`;
    case 'set-reference':
      return `@${e.name}${e.ipset ? ' ipset' : ''}`;
    case 'numgen':
      return `numgen ${e.mode} mod ${e.modulus}`;
    case 'sum':
      return `${e.of.name} + ${e.add}`;
    case 'opaque-expression':
      return `opaque(${e.text})`;
    default:
      return e.kind;
  }
}

function verdictText(verdict: Verdict): string {
  if ('chain' in verdict) return `${verdict.kind} ${verdict.chain}`;
  return verdict.kind === 'queue' ? `queue ${verdict.text}`.trim() : verdict.kind;
}

/** All that a reading says but what is null, false or empty. */
function readingText({ kind, ...said }: XtReading): string {
  const parts = Object.entries(said).map(([name, value]: [string, unknown]) => {
    if (value === null || value === false || (Array.isArray(value) && value.length === 0)) return '';
    return value === true ? name : `${name} ${saidText(value)}`;
  });
  return [kind, ...parts.filter((part) => part !== '')].join(' ');
}

function saidText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(saidText).join(', ')}]`;
  if (typeof value === 'bigint') return formatIpv6(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const kind = 'kind' in value ? value.kind : '';
  if (kind === 'match' || kind === 'set-update') return statementText(value as Match);
  if (kind === 'prefix') return expressionText(value as Expression);
  const parts = Object.entries(value).map(([name, part]) =>
    name === 'kind' ? String(part) : `${name} ${saidText(part)}`,
  );
  return `(${parts.join(' ')})`;
}

export function statementText(s: Statement): string {
  const via = 'via' in s && s.via !== undefined ? ` [${s.via}]` : '';
  switch (s.kind) {
    case 'match':
      return `${expressionText(s.left)} ${s.op} ${expressionText(s.right)}${s.orAbsent ? ' or absent' : ''}${via}`;
    case 'counter':
      return s.packets === null ? 'counter ?' : `counter ${s.packets}:${s.bytes}`;
    case 'comment':
      return `comment ${JSON.stringify(s.text)}`;
    case 'verdict':
      return verdictText(s.verdict);
    case 'mangle':
      return `${s.target.name} = ${expressionText(s.value)}${via}`;
    case 'nat': {
      const parts = [
        s.address && expressionText(s.address),
        s.port && `port ${expressionText(s.port)}${s.portBase === undefined ? '' : ` from ${s.portBase}`}`,
        ...s.flags,
      ];
      return [s.type, ...parts.filter(Boolean)].join(' ');
    }
    case 'reject':
      return `reject ${s.with ?? 'default'} ${s.code ?? ''}`.trim();
    case 'log':
      return (
        `log ${[s.prefix !== null && JSON.stringify(s.prefix), s.group !== null && `group ${s.group}`, ...s.options].filter(Boolean).join(' ')}`.trim() +
        via
      );
    case 'limit':
      return `limit ${s.over ? 'over ' : ''}${s.rate}/${s.per} burst ${s.burst ?? 'default'}`;
    case 'quota':
      return `quota ${s.over ? 'over ' : ''}${s.bytes}`;
    case 'tproxy':
      return `tproxy ${s.address ? expressionText(s.address) : '-'} ${s.port ? expressionText(s.port) : '-'}`;
    case 'dup':
      return `dup ${s.address ? expressionText(s.address) : '-'} ${s.device ? expressionText(s.device) : '-'}${via}`;
    case 'set-update':
      return `${s.op} @${s.set.name} ${expressionText(s.element.key)}${s.element.extras?.timeout === undefined ? '' : ` timeout ${s.element.extras.timeout}`}`;
    case 'xt':
      return `xt ${s.role} ${s.name}${s.options ? ` ${s.options}` : ''}${s.joined ? ' (joined)' : ''}${s.known ? ' (harmless)' : ''}${s.reading ? ` = ${readingText(s.reading)}` : ''}`;
    case 'opaque':
      return `opaque ${s.text}`;
    case 'synproxy':
      return `synproxy ${s.text}`;
    case 'notrack':
      return `notrack${via}`;
    case 'connlimit':
      return `ct count ${s.over ? 'over ' : ''}${s.count}`;
    case 'object':
      return `${s.type} ${expressionText(s.name)}`;
    default:
      return s.kind;
  }
}

function elementText({ key, data, except, extras }: SetElement): string {
  const more = data ? ` : ${isVerdict(data) ? verdictText(data) : expressionText(data)}` : '';
  return `${expressionText(key)}${more}${except ? ' except' : ''}${extras ? ` ${JSON.stringify(extras)}` : ''}`;
}

function eventText(event: TraceEvent): string {
  const place =
    'place' in event && event.place ? `${event.place.family} ${event.place.table} ${event.place.chain}` : '';
  switch (event.kind) {
    case 'packet':
      return `packet ${place || event.family}: ${fieldsText(event.fields)}`;
    case 'rule': {
      const verdict = event.verdict ? verdictText(event.verdict) : '?';
      return `rule ${place} ${event.handle ?? '-'} => ${verdict}: ${event.body?.map(statementText).join(' | ') ?? '?'}`;
    }
    case 'number':
      return `${event.comment} ${place} ${event.number}: ${fieldsText(event.fields)}`;
    case 'policy':
    case 'return':
      return `${event.kind} ${place} => ${event.verdict ? verdictText(event.verdict) : '-'} mark ${event.mark ?? '?'}`;
    case 'connection':
      return `connection ${place}: ${fieldsText(event.fields)}`;
    case 'log':
      return `log ${JSON.stringify(event.prefix)} ${event.family}: ${fieldsText(event.fields)}`;
  }
}

function fieldsText(fields: PacketFields): string {
  return [...fields].map(([name, value]) => `${name} ${scalarText(value)}`).join(', ');
}

/** Everything that a dump says: tables, chains, rules, sets, diagnostics. */
export function dumpText(dumps: readonly Dump[]): string {
  const lines: string[] = [];
  for (const dump of dumps) {
    lines.push(dump.format);
    for (const table of dump.tables) {
      lines.push(`  table ${table.family} ${table.name} ${table.backend}`);
      for (const { name, data, elements } of table.sets)
        lines.push(`    ${data ? 'map' : 'set'} ${name} {${elements.map(elementText).join(', ')}}`);
      for (const { kind, name } of table.objects) lines.push(`    ${kind} ${name}`);
      for (const chain of table.chains) {
        const { base } = chain;
        const kind = base
          ? `${base.type} ${base.hook} ${base.priority} ${base.policy ?? '-'} ${base.policyPackets ?? '?'}:${base.policyBytes ?? '?'}`
          : 'user';
        lines.push(`    chain ${chain.name} ${kind}${chain.implicit ? ' implicit' : ''}`);
        for (const rule of chain.rules) lines.push(`      ${rule.index} ${rule.body.map(statementText).join(' | ')}`);
      }
    }
    for (const set of dump.ipsets) {
      lines.push(`  ipset ${set.name} ${set.key.types.join()} ${set.options.join(' ')}`.trimEnd());
      for (const element of set.elements) lines.push(`    ${elementText(element)}`);
    }
    for (const trace of dump.traces ?? []) {
      lines.push(`  trace ${trace.id ?? '-'}`);
      for (const event of trace.events) lines.push(`    ${eventText(event)}`);
    }
    for (const { severity, code, span } of dump.diagnostics)
      lines.push(`  ${severity} ${code} ${JSON.stringify(dump.text.slice(span.start, span.end).slice(0, 40))}`);
  }
  return lines.join('\n');
}
