/* global Response */
import { follow } from '../../follow.js';

export const runtime = 'edge';

export async function GET(request) {
  return Response.json(await follow(new URL(request.url).searchParams.get('server'), { rounds: 2 }));
}
