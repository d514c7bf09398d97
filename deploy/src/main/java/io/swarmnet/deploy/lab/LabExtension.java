package io.swarmnet.deploy.lab;

import io.swarmnet.cli.Extension;

/** Adds {@code swarmnet lab} where this module is on the class path. */
public final class LabExtension implements Extension {
    @Override
    public Object command() {
        return new LabCommand();
    }
}
