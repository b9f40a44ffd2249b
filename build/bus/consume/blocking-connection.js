import { refreshSlots, serverOf } from '../connections.js';
/** How long a call may take at most, in ms, however often one before it was overdue. */
const TIMEOUT_MAX_MS = 30_000;
/**
 * Makes a connection for reading the key, opened by the first call and whenever the last one is lost, or
 * the key has moved to another server. A call may take `overdueMs`, its block time included, and twice as
 * long after each that was overdue: where connecting takes longer than that, no call would ever be made.
 */
export function openBlockingConnection(options) {
    const { connect, commands, key, overdueMs } = options;
    let connection;
    let server;
    let clientId;
    /** Ends the call that is under way; one promise for all calls would keep something of each. */
    let interrupt;
    let closed = false;
    let timeoutMs = overdueMs;
    function disconnect() {
        connection?.disconnect();
        connection = undefined;
        clientId = undefined;
    }
    function overdue() {
        timeoutMs = Math.min(2 * timeoutMs, Math.max(overdueMs, TIMEOUT_MAX_MS));
        disconnect();
        interrupt?.(new Error('the read did not come back'));
    }
    async function ready() {
        const now = serverOf(commands, key);
        if (connection?.status === 'ready' && server === now)
            return connection;
        disconnect();
        const opened = connect(key);
        [connection, server] = [opened, now];
        await opened.connect();
        // Unblocking a read needs it, and it cannot be asked for while the connection blocks.
        const id = await opened.client('ID');
        if (connection === opened)
            clientId = id;
        return opened;
    }
    return {
        async call(command) {
            if (closed)
                throw new Error('the connection is closed');
            const interrupted = new Promise((_, reject) => (interrupt = reject));
            let last;
            // A process that stood still meets its timers before the answers that came meanwhile.
            const timer = setTimeout(() => (last = setImmediate(overdue)), timeoutMs);
            try {
                const answer = await Promise.race([interrupted, ready().then(command)]);
                timeoutMs = overdueMs;
                return answer;
            }
            catch (error) {
                refreshSlots(commands);
                throw error;
            }
            finally {
                clearTimeout(timer);
                clearImmediate(last);
            }
        },
        async unblock() {
            if (clientId !== undefined)
                await serverOf(commands, key).client('UNBLOCK', clientId);
        },
        close() {
            closed = true;
            disconnect();
            interrupt?.(new Error('the connection is closed'));
        },
    };
}
