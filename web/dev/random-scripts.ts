/** Random scripts of iptables and of nft, for test-kernel.ts: commands that make, change and take back rules. The same seed gives the same script. */
import { generator, pick } from './draw.ts';

type Draw = <Item>(items: readonly Item[]) => Item;

function drawer(seed: number): Draw {
  const random = generator(seed);
  return (items) => pick(random, items);
}

const NUMBERS = Array.from({ length: 40 }, (_, i) => i);

function times(draw: Draw, least: number, line: () => string): string {
  return Array.from({ length: least + draw(NUMBERS) }, line).join('\n');
}

/** Commands of iptables as people type them; some are refused. */
export function randomTableScript(seed: number): string {
  const draw = drawer(seed);
  const tool = draw(['iptables', 'iptables-legacy', 'ip6tables']);
  // The present names of two chains of the user's.
  let [one, two] = ['a', 'b'];
  let names = 0;
  const rule = (chain: string): string =>
    [
      draw(['', '-i eth0', '! -i eth1', '-p tcp --dport 22', '-p udp -m udp --sport 53', '-m mark --mark 0x1/0xff']),
      draw(['', '-m comment --comment "x y"', "-m comment --comment 'it is'"]),
      draw(['-j ACCEPT', '-j DROP', jumpFrom(chain), '-j LOG --log-prefix "p "', '']),
    ].join(' ');
  const jumpFrom = (chain: string): string => {
    if (chain === two) return '';
    return chain === one ? `-j ${two}` : draw([`-j ${one}`, `-g ${two}`]);
  };
  const renamed = (): string => {
    const fresh = `${draw(['c', 'd'])}${names++}`;
    const first = draw([true, false]);
    const command = `-E ${first ? one : two} ${fresh}`;
    if (first) one = fresh;
    else two = fresh;
    return command;
  };
  const command = (): string => {
    const chain = draw(['INPUT', 'INPUT', 'FORWARD', one, two]);
    switch (draw(['A', 'A', 'A', 'A', 'I', 'I', 'D', 'D', 'R', 'F', 'X', 'E', 'P', 'C', 'S'])) {
      case 'I':
        return `-I ${chain} ${draw(['', '', '1'])} ${rule(chain)}`;
      case 'D':
        return draw([`-D ${chain} ${draw(['1', '2', '3'])}`, `-D ${chain} ${rule(chain)}`]);
      case 'R':
        return `-R ${chain} ${draw(['1', '2'])} ${rule(chain)}`;
      case 'F':
        return `-F ${chain}`;
      case 'X':
        return draw([`-X ${one}\n${tool} -N ${one}`, `-F ${two}\n${tool} -X ${two}\n${tool} -N ${two}`]);
      case 'E':
        return renamed();
      case 'P':
        return `-P ${draw(['INPUT', 'FORWARD'])} ${draw(['ACCEPT', 'DROP'])}`;
      case 'C': {
        const said = rule(chain);
        return `-C ${chain} ${said} || ${tool} -A ${chain} ${said}`;
      }
      case 'S':
        return `-S ${draw([chain, 'nowhere'])} >/dev/null && ${tool} -A ${chain} -p tcp --dport 1${draw(['1', '2'])} -j ACCEPT`;
      default:
        return `-A ${chain} ${rule(chain)}`;
    }
  };
  return `${tool} -N a\n${tool} -N b\n${times(draw, 5, () => `${tool} ${command()}`)}\n`;
}

/** An nft script that nft takes: it is all or nothing. */
export function randomNftScript(seed: number): string {
  const draw = drawer(seed);
  const lengths = new Map([
    ['c', 0],
    ['d', 0],
  ]);
  /** nft still counts the rules of a chain that it has flushed in the same file. */
  const flushed = new Set<string>();
  const add = (chain: string, count: number): void => {
    lengths.set(chain, (lengths.get(chain) ?? 0) + count);
  };
  const rule = (): string =>
    draw([
      'iif lo accept',
      'tcp dport $ports accept',
      `tcp dport ${draw(['22', '{ 22, 80 }', '1000-2000'])} counter drop`,
      'ip saddr @s drop',
      'meta mark set 1',
      'jump e',
      'tcp dport vmap { 22 : accept, 80 : goto e }',
      'ip saddr $net log prefix "x "',
    ]);
  const line = (): string => {
    const chain = draw(['c', 'd']);
    const length = lengths.get(chain) ?? 0;
    const kind = draw([
      'add',
      'add',
      'add',
      'insert',
      'insert',
      'index',
      'before',
      'block',
      'flush',
      'element',
      'define',
    ]);
    switch (kind) {
      case 'insert':
        add(chain, 1);
        return `insert rule inet t ${chain} ${rule()}`;
      case 'index':
      case 'before': {
        if (length === 0 || flushed.has(chain)) return `# ${chain}`;
        const at = draw(NUMBERS) % length;
        add(chain, 1);
        return `${kind === 'index' ? 'add' : 'insert'} rule inet t ${chain} index ${at} ${rule()}`;
      }
      case 'block':
        add(chain, 2);
        return `table inet t {\n\tchain ${chain} {\n\t\t${rule()}\n\t\t${rule()}; # comment\n\t}\n}`;
      case 'flush':
        lengths.set(chain, 0);
        flushed.add(chain);
        return `flush chain inet t ${chain}`;
      case 'element':
        return `add element inet t s { 10.0.0.1 }\n${draw(['add', 'add', 'delete'])} element inet t s { 10.0.0.1 }\nadd element inet t s { 10.0.0.${draw(NUMBERS)}, 10.0.0.1 }`;
      case 'define':
        return `redefine ports = ${draw(['22', '{ 80, 443 }', '1-100', '{ 53, $high }'])}`;
      default:
        add(chain, 1);
        return `add rule inet t ${chain} ${rule()}`;
    }
  };
  const head = [
    'define ports = 22',
    'define high = 60000-65000',
    'define net = 10.0.0.0/8',
    draw(['flush ruleset', 'table inet t\ndelete table inet t', '']),
    'table inet t {\n\tset s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.9 }; }\n\tchain e { }\n}',
    'add chain inet t c { type filter hook input priority filter + 5; policy drop; }',
    'add chain inet t d',
  ];
  const tail = draw(['', '', 'flush table inet t', 'delete chain inet t d', 'flush set inet t s']);
  return `${head.join('\n')}\n${times(draw, 5, line)}\n${tail}\n`;
}
