/** The packet: those that the dump suggests, and the form. Only input: what becomes of it is beside. */
import { type FormEvent, type ReactElement, useMemo } from 'react';
import { parseIp } from '../../base/ip.ts';
import { checkForm, type FieldNote, hasErrors, NO_FACTS } from '../../packet/check.ts';
import {
  applies,
  CT_STATES,
  type PacketField as Field,
  familyOf,
  PACKET_PATHS,
  type PacketForm,
  pathOf,
  tidyForm,
  withField,
} from '../../packet/form.ts';
import type { PacketFacts } from '../../worker/protocol.ts';
import { store, useStore } from '../use-store.ts';
import { PacketField } from './PacketField.tsx';
import { Presets } from './Presets.tsx';
import { KernelPackets, RecordedPart, useHasTraces, useRecordedPackets } from './Recorded.tsx';
import { emptyForm, mapFamilyOf, startTrace } from './use-trace.ts';
import { Witnesses } from './Witnesses.tsx';

export function PacketPanel({ facts }: { readonly facts: PacketFacts | null }): ReactElement {
  const traces = useHasTraces();
  const recorded = useRecordedPackets();
  return (
    <section className="panel packet-panel" aria-label="Packet">
      <h2 className="visually-hidden">Packet</h2>
      <div className="packet-body">
        {traces ? <KernelPackets recorded={recorded} facts={facts} /> : null}
        {traces ? <h3 className="packet-heading">From the dump</h3> : null}
        <Presets facts={facts} />
        <Witnesses />
        <PacketFormPart facts={facts} />
        <RecordedPart recorded={recorded} />
      </div>
    </section>
  );
}

const PATH_WORDS = { forward: 'through', input: 'to', output: 'from' } as const;
const PATH_TITLES = {
  forward: 'Addressed to somebody else: through this node',
  input: 'Addressed to this node itself; a NodePort is',
  output: 'Sent by this node',
} as const;

function PacketFormPart({ facts }: { readonly facts: PacketFacts | null }): ReactElement {
  const form = useStore((state) => state.trace.form);
  const notes = useNotes(form, facts);
  const noteOf = (field: Field): FieldNote | null => notes.find((note) => note.field === field) ?? null;
  const show = (field: Field): boolean => applies(field, form) || (form[field] ?? '') !== '';
  const tested = facts?.tested ?? [];
  const extra = (field: Field): boolean => show(field) && (tested.includes(field) || (form[field] ?? '') !== '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!hasErrors(notes)) startTrace(form);
  };
  return (
    <form className="packet-form" onSubmit={submit} noValidate aria-label="Packet fields">
      <PathSwitch form={form} />
      <div className="packet-grid">
        <PacketField field="proto" label="protocol" note={noteOf('proto')} size="narrow" />
        {show('tcpFlags') ? (
          <PacketField field="tcpFlags" label="flags" note={noteOf('tcpFlags')} size="narrow" />
        ) : null}
        {show('icmpType') ? (
          <PacketField field="icmpType" label="type" note={noteOf('icmpType')} size="narrow" />
        ) : null}
        {show('icmpCode') ? (
          <PacketField field="icmpCode" label="code" note={noteOf('icmpCode')} size="narrow" />
        ) : null}
        <StateField form={form} />
        <PacketField field="src" label="source" note={noteOf('src')} size="wide" />
        {show('sport') ? <PacketField field="sport" label="port" note={noteOf('sport')} /> : null}
        {show('iif') ? <PacketField field="iif" label="in" blank="not known" note={noteOf('iif')} /> : null}
        <PacketField field="dst" label="destination" note={noteOf('dst')} size="wide" />
        {show('dport') ? <PacketField field="dport" label="port" note={noteOf('dport')} /> : null}
        <PacketField field="oif" label="out" blank="by routing" note={noteOf('oif')} />
        <PacketField field="mark" label="mark" note={noteOf('mark')} />
        <PacketField field="ttl" label={familyOf(form) === 6 ? 'hop limit' : 'ttl'} note={noteOf('ttl')} />
        {extra('length') ? <PacketField field="length" label="length" note={noteOf('length')} /> : null}
        {extra('dscp') ? <PacketField field="dscp" label="dscp" blank="cs0" note={noteOf('dscp')} /> : null}
        {extra('uid') ? <PacketField field="uid" label="user" blank="not known" note={noteOf('uid')} /> : null}
      </div>
      <Submit form={form} notes={notes} />
    </form>
  );
}

function useNotes(form: PacketForm, facts: PacketFacts | null): readonly FieldNote[] {
  const known = useMemo(() => {
    if (!facts) return NO_FACTS;
    return {
      interfaces: facts.interfaces,
      addresses: facts.addresses.flatMap(({ address }) => parseIp(address) ?? []),
    };
  }, [facts]);
  return useMemo(() => checkForm(form, known), [form, known]);
}

function PathSwitch({ form }: { readonly form: PacketForm }): ReactElement {
  const path = pathOf(form);
  return (
    <fieldset className="segmented packet-path" aria-label="Way of the packet">
      {PACKET_PATHS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === path}
          title={PATH_TITLES[one]}
          onClick={() => store.getState().setPacket({ ...form, path: one })}
        >
          {PATH_WORDS[one]}
          <span className="visually-hidden"> this node</span>
        </button>
      ))}
    </fieldset>
  );
}

function StateField({ form }: { readonly form: PacketForm }): ReactElement {
  return (
    <div className="packet-field" data-narrow>
      <label htmlFor="packet-ctstate">ct state</label>
      <select
        id="packet-ctstate"
        className="input mono"
        value={form.ctstate ?? 'new'}
        onChange={(event) => {
          const { value } = event.target;
          store.getState().setPacket(withField(form, 'ctstate', value === 'new' ? '' : value));
        }}
      >
        {CT_STATES.map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The button says why it cannot trace; a packet that is traced already says so too. */
function Submit({ form, notes }: { readonly form: PacketForm; readonly notes: readonly FieldNote[] }): ReactElement {
  const traced = useStore((state) => state.trace.traced);
  const error = notes.find(({ severity }) => severity === 'error');
  const changed = traced !== null && JSON.stringify(tidyForm(form)) !== JSON.stringify(traced);
  return (
    <div className="packet-submit">
      <button
        type="submit"
        className="button button-primary"
        aria-disabled={error !== undefined}
        aria-describedby="packet-why"
      >
        <svg width="9" height="10" viewBox="0 0 9 10" aria-hidden="true">
          <path d="M0.5 0.5L8.5 5L0.5 9.5Z" fill="currentColor" />
        </svg>
        Trace
      </button>
      <button
        type="button"
        className="button button-quiet"
        disabled={Object.keys(form).length === 0}
        onClick={() => store.getState().setPacket(emptyForm(mapFamilyOf(form)))}
      >
        Clear
      </button>
      <p id="packet-why" className="packet-why">
        {error ? `${FIELD_WORDS[error.field]}: ${error.message}` : changed ? 'Changed since the last trace.' : ''}
      </p>
    </div>
  );
}

const FIELD_WORDS: Readonly<Record<Field, string>> = {
  family: 'Family',
  path: 'Way',
  proto: 'Protocol',
  src: 'Source',
  sport: 'Source port',
  dst: 'Destination',
  dport: 'Destination port',
  icmpType: 'Type',
  icmpCode: 'Code',
  tcpFlags: 'Flags',
  iif: 'In',
  oif: 'Out',
  mark: 'Mark',
  ctstate: 'State',
  ttl: 'TTL',
  length: 'Length',
  dscp: 'DSCP',
  uid: 'User',
};
