// A message as the datastream sends it, of about the size asked for: many small fields, as real ones have.

/** The JSON of one message of about `size` bytes. */
export function messageOf(size) {
  const message = {
    entity_type: 'rulesengine.Company',
    entity_id: 'comp_1',
    message_type: 'partial',
    data: { id: 'comp_1' },
  };
  const room = () => size - JSON.stringify(message).length;
  if (room() > 200) message.data.traits = [];
  for (let number = 0; room() > 120; number++) {
    const trait = { id: `trait_${number}`, value: `value ${number}`, number, definition: { entity_type: 'company' } };
    message.data.traits.push(trait);
  }
  message.data.note = 'x'.repeat(Math.max(0, room() - '"note":"",'.length));
  return JSON.stringify(message);
}
