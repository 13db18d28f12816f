/** `anonymise`: the dumps with other addresses and names. What was replaced is shown to whoever asks, and never on standard output. */
import { getRandomValues } from 'node:crypto';
import { type Anonymised, anonymise } from '../anonymise/anonymise.ts';
import { KEY_LENGTH } from '../anonymise/keyed-hash.ts';
import { type Kept, REPLACEMENT_KINDS, type ReplacementKind } from '../anonymise/report.ts';
import { type CommandInput, type ExitCode, readAll, UsageError } from './result.ts';

const PLURALS: Readonly<Record<ReplacementKind, string>> = {
  network: 'networks',
  address: 'addresses',
  mac: 'MAC addresses',
  interface: 'interfaces',
  chain: 'chains',
  set: 'sets',
  table: 'tables',
  object: 'objects',
  comment: 'comments and log prefixes',
  word: 'other words',
};

const REASONS: Readonly<Record<Kept['why'], string>> = {
  bound: 'stays: rules compare others with it',
  wildcard: 'stays: a wildcard needs it',
  opaque: 'its numbers stay: nfscope does not know whether they are addresses',
  number: 'stays: a number that is also an address',
  comment: 'stays: a number in a comment',
  hash: 'chooses by a hash of addresses: for the replaced ones it chooses otherwise',
};

/** Exit code 1: the result does not read like the original. */
export async function anonymiseCommand(input: CommandInput): Promise<ExitCode> {
  const { options, output } = input;
  const key = options.key === undefined ? getRandomValues(new Uint8Array(KEY_LENGTH)) : keyOf(options.key);
  const result = anonymise(await readAll(input), { key, counters: options.zeroCounters ? 'zero' : 'keep' });
  const { documents, differences } = result;
  await output.out(
    options.json ? `${JSON.stringify(json(result))}\n` : documents.map(({ text }) => ended(text)).join(''),
  );
  await output.err(told(result, options.show));
  return differences.length > 0 ? 1 : 0;
}

/** Any two dumps with the same key can be compared with each other. */
function keyOf(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new UsageError('anonymise takes a --key of 64 hexadecimal digits');
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** No originals: it may be sent on as it is. */
function json({ documents, replaced, differences }: Anonymised): unknown {
  const counts = Object.fromEntries(
    REPLACEMENT_KINDS.map((kind) => [kind, replaced.filter((one) => one.kind === kind).length]),
  );
  return { schema: 'nfscope/anonymise@1', documents, replaced: counts, same: differences.length === 0 };
}

function told({ documents, replaced, kept, differences }: Anonymised, show: boolean): string {
  const counts = REPLACEMENT_KINDS.flatMap((kind) => {
    const count = replaced.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${PLURALS[kind]}`];
  });
  return [
    `replaced: ${counts.length === 0 ? 'nothing' : counts.join(', ')}`,
    ...(show ? replaced.map(({ kind, from, to }) => `${kind}: ${from} -> ${to}`) : []),
    ...kept.map((one) => `${place(one, documents)}${one.text}: ${REASONS[one.why]}`),
    ...differences.map((difference) => `not the same: ${difference}`),
    '',
  ].join('\n');
}

function place({ document, line }: Kept, documents: Anonymised['documents']): string {
  const name = document === null ? undefined : documents[document]?.name;
  return name === undefined || line === null ? '' : `${name}:${line}: `;
}
