/** swarmnet manager. */
package io.swarmnet.manager;
