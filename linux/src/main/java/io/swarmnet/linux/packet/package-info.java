/**
 * Packets without allocation: native memory, and the system calls that read and write many packets of it at once.
 * Not pure; nothing here blocks, so an event loop may call it.
 */
package io.swarmnet.linux.packet;
