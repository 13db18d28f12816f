/**
 * Declarations in the layout of `nft list ruleset`: sets with their elements, objects, the first lines of tables and chains. Follows set_print, obj_print,
 * flowtable_print, chain_print_declaration and calculate_delim of nftables' src/rule.c and src/expression.c. Blocks begin at their keyword: who
 * prints them puts the tab in front.
 */
import { type FieldType, LAYOUTS } from '../../model/field-types.ts';
import { type Family, type Hook, priorityNames } from '../../model/hook.ts';
import type { BaseChain, Chain, NamedObject, NamedSet, SetType, Table } from '../../model/ruleset.ts';
import { spellElement, typesOfSet } from '../../model/spell.ts';

export function handleText(handle: number | null): string {
  return handle === null ? '' : ` # handle ${handle}`;
}

/** The lines before everything that the table holds. */
export function tableHead(table: Table): string {
  const owned = table.progname === undefined ? '' : ` progname ${table.progname}`;
  const said = table.handle === null ? (owned === '' ? '' : ` #${owned}`) : `${handleText(table.handle)}${owned}`;
  const lines = [`table ${table.family} ${table.name} {${said}`];
  if (table.comment !== null) lines.push(`\tcomment "${table.comment}"`);
  if (table.flags.length > 0) lines.push(`\tflags ${table.flags.join(',')}`);
  return lines.join('\n');
}

/** The lines before the chain's first rule. */
export function chainHead(chain: Chain): string {
  const lines = [`chain ${chain.name} {${handleText(chain.handle)}`];
  if (chain.comment !== null) lines.push(`\t\tcomment "${chain.comment}"`);
  const flags = chain.flags && chain.flags.length > 0 ? `flags ${chain.flags.join(',')};` : '';
  if (chain.base) lines.push(`\t\t${baseChainText(chain.table.family, chain.base)}${flags && ` ${flags}`}`);
  else if (flags) lines.push(`\t\t${flags}`);
  return lines.join('\n');
}

function baseChainText(family: Family, base: BaseChain): string {
  let text = `type ${base.type} hook ${base.hook}`;
  if (base.devices.length === 1) text += ` device "${base.devices[0]}"`;
  else if (base.devices.length > 1) text += ` devices = { ${base.devices.map((device) => `"${device}"`).join(', ')} }`;
  return `${text} priority ${base.prioritySpelled ?? priorityText(family, base.hook, base.priority)}; policy ${base.policy ?? 'accept'};`;
}

/** Hooks of the names that nft (std_prio_lookup in src/rule.c) takes on some hooks only; by the family's own names. */
const HOOK_OF_NAME: ReadonlyMap<string, Hook> = new Map([
  ['dstnat', 'prerouting'],
  ['srcnat', 'postrouting'],
  ['out', 'output'],
]);

/** nft's spelling of a priority: a name where one of that hook is within 10 of it. */
export function priorityText(family: Family, hook: Hook, priority: number): string {
  for (const [name, number] of Object.entries(priorityNames(family))) {
    if ((HOOK_OF_NAME.get(name) ?? hook) !== hook) continue;
    const difference = priority - number;
    if (difference === 0) return name;
    if (Math.abs(difference) <= 10) return difference > 0 ? `${name} + ${difference}` : `${name} - ${-difference}`;
  }
  return `${priority}`;
}

/** A named object; braces inside (`erspan { ... }`) are indented as nft does. */
export function objectBlock(object: NamedObject): string {
  const lines = [`${object.kind} ${object.name} {${handleText(object.handle)}`];
  let depth = 2;
  for (const line of object.text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('}')) depth = Math.max(2, depth - 1);
    lines.push(`${'\t'.repeat(depth)}${line}`);
    if (line.endsWith('{')) depth++;
  }
  lines.push('\t}');
  return lines.join('\n');
}

/** A set or map with its elements. Linear in them. */
export function setBlock(set: NamedSet): string {
  const lines = [`${set.data ? 'map' : 'set'} ${set.name} {${handleText(set.handle)}`];
  lines.push(`\t\t${setTypeText(set.key, set.data)}`);
  const counted = set.count === undefined ? '' : `\t# count ${set.count}`;
  for (const option of set.options)
    if (EARLY_OPTION.test(option)) lines.push(`\t\t${option}${option.startsWith('size') ? counted : ''}`);
  if (set.flags.length > 0) lines.push(`\t\tflags ${set.flags.join(',')}`);
  for (const option of set.options) if (!EARLY_OPTION.test(option)) lines.push(`\t\t${option}`);
  if (set.comment !== null) lines.push(`\t\tcomment "${set.comment}"`);
  if (set.elements.length > 0) pushElements(lines, set);
  lines.push('\t}');
  return lines.join('\n');
}

function pushElements(lines: string[], set: NamedSet): void {
  const key = typesOfSet(set.key);
  const data = set.data && set.data.types[0] !== 'verdict' ? typesOfSet(set.data) : [];
  const perLine = set.data || set.options.some((option) => ELEMENT_STATE.test(option)) ? 1 : elementsPerLine(key);
  let line = '\t\telements = { ';
  let inLine = 0;
  const count = set.elements.length;
  for (let i = 0; i < count; i++) {
    const element = set.elements[i];
    if (!element) continue;
    line += spellElement(element, key, data);
    if (i + 1 === count) break;
    if (++inLine < perLine) line += ', ';
    else {
      lines.push(`${line},`);
      line = '\t\t\t     ';
      inLine = 0;
    }
  }
  lines.push(`${line} }`);
}

/** Options by which each element has state of its own: nft 1.1 lists such elements one per line, and a map's. */
const ELEMENT_STATE = /^(?:counter|limit|quota|last|ct)\b/;
const EARLY_OPTION = /^(?:policy|size)\b/;

function setTypeText(key: SetType, data: SetType | null): string {
  const fields = key.typeof === undefined ? fieldsOf(key) : null;
  if (key.typeof === undefined && !fields) return `type ${key.types.join(' . ')}${data ? ` : ${dataText(data)}` : ''}`;
  const named = fields ?? key.typeof;
  if (!data) return `typeof ${named}`;
  return `typeof ${named} : ${data.interval ? 'interval ' : ''}${data.typeof ?? fieldsOf(data, true) ?? data.types.join(' . ')}`;
}

function dataText({ types, interval }: SetType): string {
  return `${interval ? 'interval ' : ''}${types.join(' . ')}`;
}

/** Types whose names nft lists (in JSON too), but does not read, because they are words of its grammar. */
const UNREADABLE: ReadonlySet<string> = new Set(['day', 'hour']);
const fieldOfType = new Map<string, string>();
for (const layout of LAYOUTS) {
  const [header = '', ...fields] = layout.split(' ');
  for (const [name = '', type = ''] of fields.map((each) => each.split(':')))
    if (!fieldOfType.has(type)) fieldOfType.set(type, `${header} ${name}`);
}

/** A field of each type, where the types cannot be written as they are. */
function fieldsOf({ types }: SetType, always = false): string | null {
  if (!always && !types.some((type) => UNREADABLE.has(type))) return null;
  const fields = types.map((type) => fieldOfType.get(type));
  return fields.includes(undefined) ? null : fields.join(' . ');
}

const FIVE_PER_LINE = new Set(
  `nf_proto integer arp_op inet_proto inet_service tcp_flag dccp_pkttype mark iface_index classid uid gid ct_dir`.split(
    ' ',
  ),
);
const TWO_PER_LINE = new Set(['ipv4_addr', 'ct_state', 'ct_status', 'pkt_type']);

/** How many elements nft lists on one line, by the key's type. */
function elementsPerLine(key: readonly FieldType[]): number {
  const type = key[0]?.type;
  if (key.length !== 1 || type === undefined) return 1;
  if (FIVE_PER_LINE.has(type)) return 5;
  return TWO_PER_LINE.has(type) ? 2 : 1;
}
