/** What becomes of packets of which some things are said: who can reach port 22 of this node, what can 10.244.1.7 reach. */

import { Dialog } from 'radix-ui';
import { type FormEvent, type ReactElement, useMemo } from 'react';
import { parseIp } from '../../base/ip.ts';
import { type FieldNote, hasErrors, NO_FACTS } from '../../packet/check.ts';
import { CT_STATES, type PacketField as Field, type PacketForm, withField } from '../../packet/form.ts';
import { ASKED_WAYS, type AskedWay, askedWayOf, readQuestion } from '../../packet/question.ts';
import type { PacketFacts } from '../../worker/protocol.ts';
import { DialogClose } from '../shell/DialogClose.tsx';
import { PacketField } from '../trace/PacketField.tsx';
import { usePacketFacts } from '../trace/use-trace.ts';
import { store, useStore } from '../use-store.ts';
import { FatesPart } from './FatesPart.tsx';
import './reach.css';

export function ReachDialog(): ReactElement {
  const open = useStore((state) => state.packetsOpen);
  const setOpen = useStore((state) => state.setPacketsOpen);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog reach-dialog" aria-describedby="reach-what">
          <Body />
          <DialogClose />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body(): ReactElement {
  return (
    <>
      <Dialog.Title className="t-title">Reachability</Dialog.Title>
      <p id="reach-what" className="secondary">
        Say something of packets, as they come to this node, and see for all of them what gets through, what does not,
        and who decides. What is left open is anything.
      </p>
      <Form facts={usePacketFacts()} />
      <FatesPart />
    </>
  );
}

const WAY_WORDS: Readonly<Record<AskedWay, string>> = {
  any: 'comes in',
  input: 'to the node',
  forward: 'to others',
  output: 'from the node',
};
const WAY_TITLES: Readonly<Record<AskedWay, string>> = {
  any: 'Whatever comes in by an interface',
  input: 'Addressed to this node itself; a NodePort is',
  forward: 'Comes in addressed to somebody else',
  output: 'Sent by this node',
};

function Form({ facts }: { readonly facts: PacketFacts | null }): ReactElement {
  const form = useStore((state) => state.packetsForm);
  const setForm = useStore((state) => state.setPacketsForm);
  const { question, notes } = useQuestion(form, facts);
  const noteOf = (field: Field): FieldNote | null => notes.find((note) => note.field === field) ?? null;
  const way = askedWayOf(form);
  const binding = { form, setForm };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (question) store.getState().askFates(question);
  };
  return (
    <form className="reach-form" onSubmit={submit} noValidate aria-label="Packets">
      <fieldset className="segmented" aria-label="Way of the packets">
        {ASKED_WAYS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === way}
            title={WAY_TITLES[one]}
            onClick={() => setForm(withField(form, 'path', one === 'any' ? '' : one))}
          >
            {WAY_WORDS[one]}
          </button>
        ))}
      </fieldset>
      <div className="reach-grid">
        <PacketField binding={binding} field="src" label="source" blank="any, or a prefix" note={noteOf('src')} />
        <PacketField binding={binding} field="proto" label="protocol" blank="any" note={noteOf('proto')} />
        {way === 'output' ? null : (
          <PacketField binding={binding} field="iif" label="in" blank="any" note={noteOf('iif')} />
        )}
        <StateField form={form} setForm={setForm} />
        <PacketField binding={binding} field="dst" label="destination" blank="any, or a prefix" note={noteOf('dst')} />
        <PacketField binding={binding} field="dport" label="port" blank="any, or a range" note={noteOf('dport')} />
        {way === 'input' ? null : (
          <PacketField binding={binding} field="oif" label="out" blank="any" note={noteOf('oif')} />
        )}
      </div>
      <div className="reach-submit">
        <button type="submit" className="button button-primary" aria-disabled={hasErrors(notes)}>
          Ask
        </button>
        <button
          type="button"
          className="button button-quiet"
          disabled={Object.keys(form).length === 0}
          onClick={() => setForm({})}
        >
          Clear
        </button>
      </div>
    </form>
  );
}

function useQuestion(form: PacketForm, facts: PacketFacts | null): ReturnType<typeof readQuestion> {
  return useMemo(() => {
    const known = facts
      ? {
          interfaces: facts.interfaces,
          addresses: facts.addresses.flatMap(({ address }) => parseIp(address) ?? []),
        }
      : NO_FACTS;
    return readQuestion(form, known);
  }, [form, facts]);
}

function StateField({
  form,
  setForm,
}: {
  readonly form: PacketForm;
  readonly setForm: (form: PacketForm) => void;
}): ReactElement {
  return (
    <div className="packet-field">
      <label htmlFor="reach-state">ct state</label>
      <select
        id="reach-state"
        className="input mono"
        value={form.ctstate ?? 'new'}
        onChange={({ target }) => setForm(withField(form, 'ctstate', target.value === 'new' ? '' : target.value))}
      >
        {[...CT_STATES, 'any'].map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </select>
    </div>
  );
}
