/** `trace`: what happens to a packet, rule by rule. One packet through the dumps of a node, or recorded cases, a line each. */
import { traceConnection } from '../kernel/connection.ts';
import { loadProblems, loadProblemText } from '../kernel/load-check.ts';
import type { TracePacket } from '../kernel/packet.ts';
import type { PacketJson, PacketProblem } from '../kernel/packet-fields.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { type Surroundings, surroundingsOf } from '../kernel/surroundings.ts';
import { createTracer, type TraceOptions, tracePacket } from '../kernel/trace.ts';
import { startJson, traceJson } from '../kernel/trace-json.ts';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { diagnosticsText, nothingRead } from './diagnostics.ts';
import { type CommandInput, type ExitCode, readAll, UsageError } from './result.ts';
import { CaseError, CaseRunner, readCase } from './trace-case.ts';
import { traceText } from './trace-text.ts';

type Pins = NonNullable<TraceOptions['pins']>;

export async function traceCommand(input: CommandInput): Promise<ExitCode> {
  const { cases, packet } = input.options;
  if (cases !== undefined) return traceCases(input, cases);
  if (packet === undefined) throw new UsageError('trace needs --packet JSON, or --cases FILE.jsonl');
  const json = packetJson(packet);
  const pins = readPins(input.options.pin);
  const documents = await readAll(input);
  const ruleset = linkRuleset(documents.flatMap(({ name, text }, index) => readDocument(index, name, text)));
  await input.output.err(diagnosticsText({ ruleset }));
  if (nothingRead({ ruleset })) return 2;
  const reading = readPacket(json);
  const surroundings = reading.packet ? surroundingsOf(ruleset, reading.packet, json) : null;
  const problems = [...reading.problems, ...(surroundings?.problems ?? [])];
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (!reading.packet || !surroundings || errors.length > 0) {
    await input.output.err(errors.map(({ field, message }) => `nfscope: packet: ${field}: ${message}\n`).join(''));
    return 2;
  }
  const answer = answerFor(ruleset, reading.packet, {
    surroundings,
    problems,
    pins,
    connection: input.options.connection,
  });
  await input.output.out(input.options.json ? `${JSON.stringify(answer)}\n` : traceText(answer));
  return 0;
}

function packetJson(text: string): PacketJson {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as PacketJson;
  } catch (error) {
    throw new UsageError(`--packet is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError('--packet is no JSON object');
}

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
]);

/** `TEXT=yes`, `TEXT=3`: the answer to what a trace says is not known. */
function readPins(pins: readonly string[]): Pins {
  return new Map(
    pins.map((pin) => {
      const cut = pin.lastIndexOf('=');
      if (cut < 1) throw new UsageError(`--pin takes UNKNOWN=ANSWER, not ${pin}`);
      const answer = pin.slice(cut + 1);
      return [pin.slice(0, cut), YES_NO.get(answer) ?? (/^[0-9]+$/.test(answer) ? Number(answer) : answer)];
    }),
  );
}

interface Asked {
  readonly surroundings: Surroundings;
  readonly problems: readonly PacketProblem[];
  readonly pins: Pins;
  readonly connection: boolean;
}

/** `nfscope/trace@1`. */
function answerFor(ruleset: Ruleset, packet: TracePacket, { surroundings, problems, pins, connection }: Asked) {
  const tracer = createTracer(ruleset);
  const routing = surroundings.routing(packet);
  const run = tracePacket(tracer, packet, { routing, pins });
  const context = { ruleset, packet, routing };
  const { schema, ...trace } = traceJson(run, context);
  const refused = loadProblems(ruleset);
  const unasked = [...pins.keys()].filter((text) => !run.asked.has(text));
  const notes = [
    ...problems.filter(({ severity }) => severity === 'note').map(({ message }) => message),
    ...surroundings.notes,
    ...unasked.map((text) => `Nothing asks “${text}”.`),
  ];
  return {
    schema,
    packet: startJson(packet),
    ...trace,
    ...(connection ? { connection: connectionJson(tracer, packet, surroundings, pins) } : {}),
    ...(refused.length > 0 ? { refused: refused.map((each) => refusedJson(each)) } : {}),
    notes,
  };
}

export type TraceAnswer = ReturnType<typeof answerFor>;

/** Why the kernel would not have loaded the ruleset. */
function refusedJson(problem: ReturnType<typeof loadProblems>[number]) {
  const { table, name } = problem.rule.chain;
  const place = { family: table.family, table: table.name, chain: name, ruleIndex: problem.rule.index };
  return { kind: problem.kind, ...place, why: loadProblemText(problem) };
}

/** The first packet again, the answer to it, and one more packet: each as a trace of its own. */
function connectionJson(
  tracer: ReturnType<typeof createTracer>,
  first: TracePacket,
  { routing }: Surroundings,
  pins: Pins,
) {
  const { passages, established } = traceConnection(tracer, first, { routing, pins });
  return {
    established,
    passages: passages.map(({ role, run }) => {
      const { packet } = run;
      const context = { ruleset: tracer.program.ruleset, packet, routing: routing(packet) };
      const { schema: _schema, ...trace } = traceJson(run, context);
      return { role, packet: startJson(packet), ...trace };
    }),
  };
}

// Cases ------------------------------------------------------------------------------------------------------------------------

/** A line of JSON for each line, in the same order; for a case that cannot be run, a line that says why. */
async function traceCases({ files, lines, output }: CommandInput, file: string): Promise<ExitCode> {
  if (files.length > 0) throw new UsageError('trace --cases takes no other FILE: the cases bring their rulesets');
  const runner = new CaseRunner();
  let code: ExitCode = 0;
  for await (const line of lines(file)) {
    if (line.trim() === '') continue;
    const answer = caseAnswer(runner, line);
    if ('error' in answer) code = 2;
    await output.out(`${JSON.stringify(answer)}\n`);
  }
  return code;
}

function caseAnswer(runner: CaseRunner, line: string) {
  try {
    const json: unknown = JSON.parse(line);
    const name = typeof json === 'object' && json !== null && 'name' in json ? { name: json.name } : {};
    const { run, packet, ruleset, routing } = runner.run(readCase(json));
    return { ...traceJson(run, { ruleset, packet, routing }), ...name };
  } catch (error) {
    if (!(error instanceof CaseError) && !(error instanceof SyntaxError)) throw error;
    return { schema: 'nfscope/trace@1' as const, error: error.message };
  }
}
