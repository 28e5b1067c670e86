import { adviceFor } from '../../src/cli/doctor/advice';
import { describeFinding } from '../../src/cli/doctor/finding';
import { ConnectionClosedError, DatastreamError } from '../../src';

const plain = { paint: (_style: string, text: string) => text };

describe('the advice of the doctor', () => {
  it.each([
    [new ConnectionClosedError('UNAUTHORIZED', 'no', { httpStatus: 401 }), 'Check the key'],
    [new ConnectionClosedError('UPGRADE_REFUSED', 'no', { httpStatus: 404 }), 'no datastream at this URL'],
    [new ConnectionClosedError('UPGRADE_REFUSED', 'no', { httpStatus: 502 }), 'status 502'],
    [new DatastreamError('TLS_FAILED', 'no'), '"tls.ca"'],
    [new DatastreamError('CONNECT_FAILED', 'no'), 'whoever runs the server'],
  ])('fits %s', (error, advice) => {
    expect(adviceFor(error)).toContain(advice);
  });
});

describe('a finding', () => {
  it('stands on a line of its own, with the advice below', () => {
    const finding = { step: 'DNS', result: 'failed', detail: 'no such host', advice: 'Check the spelling.' } as const;
    expect(describeFinding(finding, plain)).toBe(
      'failed   DNS         no such host\n                     Check the spelling.',
    );
  });

  it('cannot forge a second line', () => {
    const finding = { step: 'key', result: 'failed', detail: 'bad\nok  key' } as const;
    expect(describeFinding(finding, plain)).not.toContain('\n');
  });
});
