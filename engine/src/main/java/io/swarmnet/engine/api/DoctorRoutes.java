package io.swarmnet.engine.api;

import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.DoctorJson;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.worker.doctor.Finding;
import io.swarmnet.worker.kernel.ChangedSysctls;
import java.util.ArrayList;
import java.util.List;

/** {@code /swarmnet/doctor} and {@code /swarmnet/undo}: paths of ours, for the {@code swarmnet} command. */
final class DoctorRoutes {
    private final EngineNode node;

    DoctorRoutes(EngineNode node) {
        this.node = node;
    }

    void register(Routes routes) {
        routes.get("/swarmnet/doctor", this::doctor);
        routes.post("/swarmnet/undo", this::undo);
    }

    private void doctor(Call call) {
        call.when(node.worker().doctor(), found -> {
            List<Finding> all = new ArrayList<>();
            String error = node.membership().status().error();
            all.add(
                    error.isEmpty()
                            ? new Finding("daemon", "swarmnetd", Finding.Status.OK, "runs", "")
                            : new Finding("daemon", "swarmnetd", Finding.Status.FAIL, error, ""));
            all.addAll(found);
            call.json(200, DoctorJson.findings(all));
        });
    }

    /** Answers with a sentence for each setting. */
    private void undo(Call call) {
        if (node.membership().status().state() != Membership.State.INACTIVE) {
            throw new UnavailableException(ChangedSysctls.IN_A_SWARM);
        }
        call.when(node.worker().undo(), told -> call.json(200, DockerJson.texts(told)));
    }
}
