/* global Response */
import { follow } from './follow.js';

export default {
  async fetch(request) {
    const server = new URL(request.url).searchParams.get('server');
    return Response.json(await follow(server, { rounds: 2 }));
  },
};
