package io.swarmnet.dns.names;

import static io.swarmnet.dns.names.Claims.BACK;
import static io.swarmnet.dns.names.Claims.OV2;
import static io.swarmnet.dns.names.Claims.attached;
import static io.swarmnet.dns.names.Claims.back;
import static io.swarmnet.dns.names.Claims.container;
import static io.swarmnet.dns.names.Claims.ov2;
import static io.swarmnet.dns.names.Claims.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.dns.names.Answer.Verdict;
import io.swarmnet.model.net.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final int A = Question.TYPE_A;
    private static final int AAAA = Question.TYPE_AAAA;
    private static final int PTR = Question.TYPE_PTR;
    private static final int MX = 15;
    private static final int TXT = 16;
    private static final int SRV = 33;
    private static final int ANY = 255;

    private final NameTable table = new NameTable();
    private final Resolver resolver = new Resolver(table, new Random(1));
    private final SandboxNames onOv2 = attached(ov2());

    @BeforeEach
    void twoTasks() {
        table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
    }

    @Test
    void everyTaskComesFirstAboutAsOften() {
        Map<IpAddress, Integer> first = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            first.merge(((Answer.Addresses) ask("web", A, onOv2)).addresses().get(0), 1, Integer::sum);
        }
        assertEquals(2, first.size());
        assertTrue(first.values().stream().allMatch(n -> n > 900), first::toString);
    }

    @Test
    void aTypeTheNameDoesNotHaveIsNoData() {
        for (int type : new int[] {AAAA, MX, TXT, ANY, SRV, PTR, 65, 0, 65_535}) {
            assertEquals(Verdict.NO_DATA, ask("web", type, onOv2), "type " + type);
        }
        table.put(container(OV2, "six", List.of(), "fd00::6"));
        assertEquals(Verdict.NO_DATA, ask("six", A, onOv2));
        assertEquals(addresses("fd00::6"), ask("six", AAAA, onOv2));
    }

    @Test
    void aNameMayEndInItsNetwork() {
        table.put(container(OV2, "db.prod", List.of(), "10.0.9.7"));
        assertEquals(addresses("10.0.9.7"), ask("db.prod", A, onOv2));
        assertEquals(addresses("10.0.9.7"), ask("db.prod.ov2", A, onOv2));
        assertEquals(addresses("10.0.9.3"), ask("web.1.webtask1.ov2", A, onOv2));
        assertEquals(Verdict.FORWARD, ask("web.other", A, onOv2));
    }

    @Test
    void aNetworkNameMayHaveDotsAndCapitals() {
        AttachedNetwork stack = new AttachedNetwork(BACK, "My.Stack_default", List.of(), false);
        table.put(container(BACK, "db", List.of(), "10.0.10.3"));
        assertEquals(addresses("10.0.10.3"), ask("db.my.stack_default", A, attached(ov2(), stack)));
    }

    @Test
    void theFirstNetworkThatHasTheNameAnswersAlone() {
        table.put(container(BACK, "db", List.of(), "10.0.10.3"));
        table.put(container(OV2, "db", List.of(), "10.0.9.5"));
        assertEquals(addresses("10.0.9.5"), ask("db", A, attached(ov2(), back(false))));
        assertEquals(addresses("10.0.10.3"), ask("db", A, attached(back(false), ov2())));
        assertEquals(addresses("10.0.10.3"), ask("db.back", A, attached(ov2(), back(false))));
    }

    @Test
    void namesOfNetworksOneIsNotOnAreUnknown() {
        table.put(container(BACK, "db", List.of(), "10.0.10.3"));
        assertEquals(Verdict.FORWARD, ask("db", A, onOv2));
        assertEquals(Verdict.FORWARD, ask("db.back", A, onOv2));
        assertEquals(Verdict.FORWARD, ask("3.10.0.10.in-addr.arpa", PTR, onOv2));
    }

    @Test
    void attachingChangesWhatIsAnswered() {
        table.put(container(BACK, "db", List.of(), "10.0.10.3"));
        SandboxNames sandbox = attached(ov2());
        sandbox.attach(List.of(ov2(), back(false)));
        assertEquals(addresses("10.0.10.3"), ask("db", A, sandbox));
    }

    @Test
    void anAddressOfOursHasItsFirstName() {
        assertEquals(new Answer.Pointer("web.1.webtask1.ov2"), ask("3.9.0.10.in-addr.arpa", PTR, onOv2));
        assertEquals(Verdict.NO_DATA, ask("3.9.0.10.in-addr.arpa", TXT, onOv2));
        table.put(container(OV2, "six", List.of(), "fd00::6"));
        String nibbles = "6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
        assertEquals(new Answer.Pointer("six.ov2"), ask(nibbles, PTR, onOv2));
    }

    @Test
    void addressesOfOurSubnetsAreNeverAskedElsewhere() {
        assertEquals(Verdict.NAME_ERROR, ask("77.9.0.10.in-addr.arpa", PTR, onOv2));
        assertEquals(Verdict.FORWARD, ask("8.8.8.8.in-addr.arpa", PTR, onOv2));
    }

    @Test
    void whatOnlyLooksLikeAReverseNameIsForwarded() {
        for (String name : List.of(
                "in-addr.arpa",
                "1.in-addr.arpa",
                "300.9.0.10.in-addr.arpa",
                "x.9.0.10.in-addr.arpa",
                "1.2.3.4.5.in-addr.arpa",
                "0.ip6.arpa",
                "-1.9.0.10.in-addr.arpa",
                "٣.9.0.10.in-addr.arpa")) {
            assertEquals(Verdict.FORWARD, ask(name, PTR, onOv2), name);
        }
    }

    @Test
    void unknownNamesAreForwarded() {
        assertEquals(Verdict.FORWARD, ask("outside.test", A, onOv2));
        assertEquals(Verdict.FORWARD, ask("single", A, onOv2));
        assertEquals(Verdict.FORWARD, ask("", 2, onOv2));
    }

    @Test
    void anInternalNetworkSendsNoQuestionOut() {
        SandboxNames inside = attached(back(true));
        assertEquals(Verdict.NAME_ERROR, ask("gone", A, inside));
        assertEquals(Verdict.NAME_ERROR, ask("tasks.gone", A, inside));
        assertEquals(Verdict.NAME_ERROR, ask("gone.back", A, inside));
        assertEquals(Verdict.SERVER_FAILURE, ask("outside.test", A, inside));
        assertEquals(Verdict.SERVER_FAILURE, ask("", 2, inside));
    }

    @Test
    void besideAnOpenNetworkOnlyNamesOfTheInternalOneStayIn() {
        SandboxNames both = attached(ov2(), back(true));
        assertEquals(Verdict.NAME_ERROR, ask("gone.back", A, both));
        assertEquals(Verdict.FORWARD, ask("gone", A, both));
        assertEquals(Verdict.FORWARD, ask("outside.test", A, both));
    }

    @Test
    void servicesOfLocalNamesAreNotAskedElsewhere() {
        assertEquals(Verdict.NAME_ERROR, ask("_http._tcp.web", SRV, onOv2));
        assertEquals(Verdict.NAME_ERROR, ask("_http._tcp.web.ov2", SRV, onOv2));
        assertEquals(Verdict.FORWARD, ask("_http._tcp.outside.test", SRV, onOv2));
    }

    @Test
    void otherClassesAreRefused() {
        assertEquals(Verdict.REFUSED, resolver.resolve(new Question("version.bind", TXT, 3), onOv2));
    }

    private Answer ask(String name, int type, SandboxNames asker) {
        return resolver.resolve(new Question(name, type, Question.CLASS_IN), asker);
    }

    private static Answer addresses(String address) {
        return new Answer.Addresses(List.of(IpAddress.parse(address)));
    }
}
