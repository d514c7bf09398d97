/**
 * Files of the worker: its own records as JSON, trees removed and copied without following links, directories watched.
 * Not pure.
 */
package io.swarmnet.worker.disk;
