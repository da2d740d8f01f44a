using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class SecretReferenceTests
{
    private static readonly WiringPaths Paths = new("/ws", "/home/ada");

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("${env:NAME}", "value")]
    [DataRow("a ${env:NAME}/${file:key} b", "a value/from workspace b")]
    [DataRow("${file:~/key}", "from home")]
    [DataRow("${file:/etc/key}", "from etc")]
    [DataRow("$${env:NAME} $${", "${env:NAME} ${")]
    [DataRow("${HOME} $NAME", "${HOME} $NAME")]
    public void A_reference_is_resolved_when_it_is_used(string text, string expected)
    {
        var disk = new MemoryDisk();
        disk.Put("/ws/key", "from workspace\n");
        disk.Put("/home/ada/key", "from home\r\n");
        disk.Put("/etc/key", "from etc");

        Assert.AreEqual(expected, SecretReference.Resolve(text, static name => name == "NAME" ? "value" : null, disk, Paths).Value);
    }

    [TestMethod]
    [DataRow("${env:MISSING}", "MISSING")]
    [DataRow("${file:missing}", "/ws/missing")]
    public void What_is_not_there_is_named_and_nothing_else(string text, string named)
    {
        var problem = ProblemAssert.Single(
            WiringCodes.SecretUnavailable,
            SecretReference.Resolve(text, static _ => null, new MemoryDisk(), Paths)
        );

        Assert.Contains(named, problem.Message);
    }

    [TestMethod]
    public void A_canary_behind_references_is_in_no_file_of_the_run()
    {
        const string Canary = "canary-7f3a";
        const string Text = """
            operators:
              hpc.default:
                kind: hpc
                backend:
                  type: slurm
                  ssh: { host: "${env:MATTERSTACK_TEST_CANARY}", key_path: "${file:canary}" }
                  slurm: { env: { TOKEN: "${env:MATTERSTACK_TEST_CANARY}" }, account: "${file:canary}" }

            """;
        Environment.SetEnvironmentVariable("MATTERSTACK_TEST_CANARY", Canary);
        var world = new WiringWorld()
            .With(WiringWorld.Default, Text)
            .With("/ws/canary", Canary)
            .With("/o.yaml", Text + "  human.default: {}\n");

        var wiring = world.Resolve().Value;
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" });
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true, Reason = "test" }).GetValueOrThrow();

        foreach (var path in world.Disk.Files.Keys.Where(static path => path.StartsWith(WiringWorld.Run, StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(Canary, world.Disk.Text(path), path);
        }

        var slurm = (Backend.Scheduler)wiring.Operators.Operators[OperatorKey.FromTrusted("hpc.default")].Backend;
        Assert.AreEqual("${env:MATTERSTACK_TEST_CANARY}", slurm.Ssh!.Host);
        Assert.AreEqual(Canary, SecretReference.Resolve(slurm.Ssh.Host, Environment.GetEnvironmentVariable, world.Disk, Paths).Value);
    }

    [TestMethod]
    [DataRow("password", true)]
    [DataRow("LAB_TOKEN", true)]
    [DataRow("GITHUBTOKEN", true)]
    [DataRow("token_for_lab", true)]
    [DataRow("api_key", true)]
    [DataRow("ApiKey", true)]
    [DataRow("AWS_SECRET_ACCESS_KEY", true)]
    [DataRow("auth", true)]
    [DataRow("key_path", false)]
    [DataRow("MAX_TOKENS", false)]
    [DataRow("TOKENIZERS_PARALLELISM", false)]
    [DataRow("SSH_AUTH_SOCK", false)]
    [DataRow("partition", false)]
    public void Names_of_secrets_are_known(string name, bool secret) => Assert.AreEqual(secret, SecretNames.IsSecret(name));
}
