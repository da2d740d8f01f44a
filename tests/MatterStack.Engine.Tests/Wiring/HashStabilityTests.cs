using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>What changes an operator's hash and what does not, over every good file of the corpus and written-out examples.</summary>
[TestClass]
public sealed class HashStabilityTests
{
    private const string Reference = """
        profiles:
          cluster:
            type: slurm
            workspace_root: /scratch
            ssh: { host: login, user: ada }
            slurm: { partition: p, account: a, modules: [one, two], env: { A: "1", B: "2" }, time: 60 }
        operators:
          hpc.default: { kind: hpc, backend: { type: profile, name: cluster } }

        """;

    [TestMethod]
    [DynamicData(nameof(Corpus.Good), typeof(Corpus))]
    public void Line_ends_mark_comments_and_order_of_keys_change_nothing(string name)
    {
        var text = CanonicalBytes.Decode(CanonicalBytes.FromRaw(Corpus.Bytes("good", name)), "").Value;
        var original = Parse(text);

        Same(original, Parse(text.Replace("\n", "\r\n", StringComparison.Ordinal)), "line ends");
        Same(original, Parse("\uFEFF" + text), "byte order mark");
        Same(original, Parse(text + "\n# and a comment\n"), "a comment");
        var random = new Random(name.Length);
        for (var round = 0; round < 20; round++)
        {
            var shuffled = new StringBuilder();
            Write(YamlReader.Read(text, "", [])!, shuffled, random);
            Same(original, Parse(shuffled.ToString()), shuffled.ToString());
        }
    }

    [TestMethod]
    [DataRow(
        "the profile written out",
        """
            operators:
              hpc.default:
                kind: hpc
                backend: { type: slurm, workspace_root: /scratch, ssh: { host: login, user: ada }, slurm: { partition: p, account: a, modules: [one, two], env: { A: "1", B: "2" }, time: 60 } }
            """
    )]
    [DataRow(
        "through an anchor",
        """
            profiles:
              cluster: &c { type: slurm, workspace_root: /scratch, ssh: { host: login, user: ada }, slurm: { partition: p, account: a, modules: [one, two], env: { A: "1", B: "2" }, time: 60 } }
            operators:
              hpc.default: { backend: { <<: *c } }
            """
    )]
    [DataRow(
        "other order, other quotes, nothing where nothing is meant",
        """
            operators:
              "hpc.default":
                max_concurrent: ~
                backend:
                  slurm: { time: "60", env: { B: '2', A: '1' }, modules: ['one', "two"], account: a, partition: p, options: [], qos: }
                  ssh: { user: ada, host: login, port: null }
                  workspace_root: "/scratch"
                  type: slurm
                kind: hpc
            """
    )]
    public void Written_otherwise_it_is_the_same(string how, string text) => Same(Parse(Reference), Parse(text), how);

    [TestMethod]
    [DataRow("account: a", "account: b")]
    [DataRow("time: 60", "time: 90")]
    [DataRow("time: 60", "time: 60, qos: high")]
    [DataRow("time: 60", "time: 60, poll_interval: '00:01:00', submit_rate: 4, memory_gb: 4")]
    [DataRow("time: 60", "time: 60, memory_per: core, arrays: false")]
    [DataRow("time: 60", "time: 60, nice_per_priority: 10")]
    [DataRow("workspace_root: /scratch", "workspace_root: /scratch\n    tmpdir: $TMPDIR")]
    [DataRow("user: ada", "user: bob, key_path: ~/.ssh/k, jump: gate")]
    [DataRow("workspace_root: /scratch", "workspace_root: /elsewhere")]
    [DataRow("kind: hpc,", "kind: hpc, max_concurrent: 5, operator_name: Big one,")]
    public void What_only_schedules_or_describes_leaves_the_operator_hash_and_changes_the_meaning(string from, string to)
    {
        var (before, after) = (Parse(Reference), Parse(Reference.Replace(from, to, StringComparison.Ordinal)));

        Assert.AreEqual(Hash(before), Hash(after));
        Assert.IsFalse(before.HasSameMeaningAs(after));
    }

    [TestMethod]
    [DataRow("partition: p", "partition: q")]
    [DataRow("host: login", "host: login2")]
    [DataRow("host: login", "host: login, port: 2222")]
    [DataRow("[one, two]", "[two, one]")]
    [DataRow("[one, two]", "[one]")]
    [DataRow("B: \"2\"", "B: \"3\"")]
    [DataRow("time: 60", "time: 60, constraint: ib")]
    [DataRow("time: 60", "time: 60, options: [--exclusive]")]
    [DataRow("time: 60 }", "time: 60 }\n    container: { engine: docker }")]
    public void What_can_change_a_result_changes_the_operator_hash(string from, string to)
    {
        var (before, after) = (Parse(Reference), Parse(Reference.Replace(from, to, StringComparison.Ordinal)));

        Assert.AreNotEqual(Hash(before), Hash(after));
        Assert.IsFalse(before.HasSameMeaningAs(after));
    }

    [TestMethod]
    public void A_default_written_out_means_the_same()
    {
        var (without, with) = (
            Parse("operators: { hpc.default: { backend: { type: slurm, ssh: { host: a } } } }"),
            Parse("operators: { hpc.default: { backend: { type: slurm, ssh: { host: a }, workspace_root: ~/matterstack, slurm: {} } } }")
        );

        Same(without, with, "workspace_root over ssh");
    }

    [TestMethod]
    public void A_list_of_partitions_leaves_the_operator_hash_and_keys_written_out_as_their_defaults_mean_the_same()
    {
        var none = Parse("operators: { hpc.default: { backend: { type: slurm } } }");
        var listed = Parse("operators: { hpc.default: { backend: { type: slurm, slurm: { partitions: [{ name: a }] } } } }");
        var longer = Parse(
            "operators: { hpc.default: { backend: { type: slurm, slurm: { partitions: [{ name: b, max_nodes: 2 }, { name: a }] } } } }"
        );

        Assert.AreEqual(Hash(none), Hash(listed));
        Assert.AreEqual(Hash(none), Hash(longer));
        Assert.IsFalse(listed.HasSameMeaningAs(longer));
        Same(
            none,
            Parse("operators: { hpc.default: { backend: { type: slurm, slurm: { memory_per: node, arrays: true } } } }"),
            "defaults"
        );
    }

    [TestMethod]
    [DataRow("--mem-per-cpu=2G")]
    [DataRow("--mem-per-cpu 2G")]
    [DataRow("--mem-per-c=2G")]
    public void An_option_that_a_key_has_replaced_is_refused_in_a_new_file_and_kept_in_a_persisted_one(string option)
    {
        var bytes = Encoding.UTF8.GetBytes(
            $"operators:\n  hpc.default: {{ backend: {{ type: slurm, slurm: {{ options: [--exclusive, \"{option}\"] }} }} }}\n"
        );
        var outside = new MatterStack.Engine.Wiring.Legacy.ExternalBackends(new MemoryDisk(), Schedulers.Schema, WiringWorld.Request);

        var problem = OperatorsFile.Parse(bytes, "operators.yaml", Schedulers.Schema, outside).Problems.Single();
        Assert.AreEqual((2, 74), (problem.Position!.Line, problem.Position.Column));
        StringAssert.Contains(problem.Remedy, "memory_per: core");

        Assert.IsTrue(OperatorsFile.Parse(bytes, "operators.yaml", Schedulers.Schema, outside: null).IsSuccess);
    }

    [TestMethod]
    public void Another_operator_or_a_global_limit_leaves_an_operators_hash()
    {
        var after = Parse("defaults: { max_concurrent_global: 3 }\n" + Reference + "  local.default: { kind: local }\n");

        Assert.AreEqual(Hash(Parse(Reference)), Hash(after));
        Assert.IsFalse(Parse(Reference).HasSameMeaningAs(after));
    }

    [TestMethod]
    public void The_operator_hash_can_be_computed_by_hand()
    {
        const string Form =
            "matterstack operator 1\nbackend.slurm.env={\"A\":\"1\",\"B\":\"2\"}\nbackend.slurm.modules=[\"one\",\"two\"]\n"
            + "backend.slurm.partition=\"p\"\nbackend.ssh.host=\"login\"\nbackend.type=\"slurm\"\nkind=\"hpc\"\n";

        Assert.AreEqual(Sha256.ComputeTextHash(Form), Hash(Parse(Reference)));
    }

    private static Sha256 Hash(OperatorsFile file) => file.Operators[OperatorKey.FromTrusted("hpc.default")].Hash;

    private static OperatorsFile Parse(string text) =>
        OperatorsFile
            .Parse(CanonicalBytes.FromRaw(Encoding.UTF8.GetBytes(text)), "operators.yaml", Schedulers.Schema, outside: null)
            .GetValueOrThrow();

    private static void Same(OperatorsFile one, OperatorsFile other, string how)
    {
        Assert.IsTrue(one.HasSameMeaningAs(other), how);
        foreach (var (key, wiring) in one.Operators)
        {
            Assert.AreEqual(wiring.Hash, other.Operators[key].Hash, how);
        }
    }

    // Flow form, keys in any order, aliases and merge keys written out.
    private static void Write(YamlNode node, StringBuilder text, Random random)
    {
        switch (node)
        {
            case MapNode map:
                text.Append("{ ");
                foreach (var entry in map.Entries.OrderBy(_ => random.Next()))
                {
                    Write(entry.Key with { Kind = ScalarKind.Text }, text, random);
                    text.Append(random.Next(2) == 0 ? ": " : " : ");
                    Write(entry.Value, text, random);
                    text.Append(", ");
                }

                text.Append('}');
                break;
            case ListNode list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Write(item, text, random);
                    text.Append(" ,\n   ");
                }

                text.Append(']');
                break;
            case ScalarNode { Kind: ScalarKind.Text } scalar:
                text.Append('"')
                    .Append(scalar.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                    .Append('"');
                break;
            case ScalarNode scalar:
                text.Append(scalar.Text);
                break;
        }
    }
}
