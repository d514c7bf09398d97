package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.array;
import static io.swarmnet.engine.json.DockerJson.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.swarmnet.worker.doctor.Finding;
import java.util.List;

/** {@code GET /swarmnet/doctor}, a path of ours beside Docker's. */
public final class DoctorJson {
    private DoctorJson() {}

    /** Each finding as {@code {"ID", "What", "Status", "Cause", "Fix"}}; a status is ok, warn, fail or unchecked. */
    public static ArrayNode findings(List<Finding> findings) {
        ArrayNode list = array();
        for (Finding finding : findings) {
            list.add(object().put("ID", finding.id())
                    .put("What", finding.what())
                    .put("Status", finding.status().word())
                    .put("Cause", finding.cause())
                    .put("Fix", finding.fix()));
        }
        return list;
    }
}
