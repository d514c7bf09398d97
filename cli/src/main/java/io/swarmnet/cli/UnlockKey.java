package io.swarmnet.cli;

/** What docker says about the key of a locked swarm. */
record UnlockKey(String key) {
    void print(SwarmnetCommand root) {
        if (!key.isEmpty()) {
            root.print("");
            root.print("To unlock a swarm manager after it restarts, run the `docker swarm unlock`");
            root.print("command and provide the following key:");
            root.print("");
            root.print("    " + key);
            root.print("");
            root.print("Remember to store this key in a password manager, since without it you");
            root.print("will not be able to restart the manager.");
        }
    }
}
