using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Codes and launchers of <c>operators.yaml</c>: which definition holds, what their hashes cover, and how they are compared and
/// written.</summary>
[TestClass]
public sealed class CodesTests
{
    private const string Levels = """
        launchers: { mpi: "top {ranks}", other: o }
        codes:
          lammps: { command: top_lmp, launcher: mpi, modules: [top], version: "lmp -v" }
          qe: { command: pw.x, launcher: mpi }
        profiles:
          cluster:
            type: slurm
            launchers: { mpi: "srun -n {ranks}" }
            codes: { lammps: { command: lmp_mpi, launcher: mpi } }
        operators:
          local.default: {}
          hpc.default: { backend: { type: profile, name: cluster } }
          hpc.own: { backend: { type: profile, name: cluster }, codes: { lammps: { command: mine } }, launchers: { other: p } }
          hpc.inline: { backend: { type: sge, codes: { vasp: { command: vasp_std } } } }
          manual_hpc.default: {}
          human.default: {}

        """;

    [TestMethod]
    [DataRow("local.default", "lammps", "top_lmp", "top {ranks}", "top of the wiring")]
    [DataRow("hpc.default", "lammps", "lmp_mpi", "srun -n {ranks}", "backend")]
    [DataRow("hpc.own", "lammps", "mine", null, "operator")]
    [DataRow("hpc.default", "qe", "pw.x", "srun -n {ranks}", "top of the wiring")]
    [DataRow("hpc.inline", "vasp", "vasp_std", null, "backend")]
    [DataRow("manual_hpc.default", "qe", "pw.x", "top {ranks}", "top of the wiring")]
    public void The_nearest_definition_of_a_name_holds_as_a_whole(string key, string name, string command, string? launcher, string level)
    {
        var code = Codes(Levels, key).Codes[name];

        Assert.AreEqual(command, code.Command);
        Assert.AreEqual(launcher, code.Launcher?.Text);
        Assert.AreEqual(level, code.Level.ToText());
        Assert.HasCount(key == "local.default" && name == "lammps" ? 1 : 0, code.Modules);
    }

    [TestMethod]
    public void Launchers_are_joined_like_codes_and_people_have_none()
    {
        var own = Codes(Levels, "hpc.own");

        Assert.AreEqual("srun -n {ranks} p", $"{own.FindLauncher("mpi")!.Text} {own.FindLauncher("other")!.Text}");
        Assert.IsNull(own.FindLauncher(null), "there are two");
        Assert.AreEqual(
            "srun {ranks}",
            Codes("launchers: { a: 'srun {ranks}' }\noperators: { local.x: {} }", "local.x").FindLauncher(null)!.Text
        );
        Assert.IsTrue(Codes(Levels, "human.default").IsEmpty);
    }

    [TestMethod]
    public void No_operator_hash_includes_codes_and_launchers()
    {
        const string plain = "operators: { local.x: {}, hpc.x: { backend: { type: slurm } }, manual_hpc.x: {} }";
        const string coded =
            "launchers: { m: x }\ncodes: { a: { command: b, launcher: m } }\noperators: { local.x: { codes: { c: { command: d } } }, "
            + "hpc.x: { backend: { type: slurm, codes: { e: { command: f } }, launchers: { g: h } } }, "
            + "manual_hpc.x: { launchers: { i: j } } }";
        var (before, after) = (Parse(plain), Parse(coded));

        foreach (var key in before.Operators.Keys)
        {
            Assert.AreEqual(before.Operators[key].Hash, after.Operators[key].Hash, key.Value);
        }

        Assert.IsFalse(before.HasSameMeaningAs(after));
    }

    [TestMethod]
    [DataRow("command: lmp", "242f107ed672")]
    [DataRow("command: lmp, launcher_always: false, modules: [], setup: [], env: {}, image: null, version: 'lmp -v'", "242f107ed672")]
    [DataRow("version: other, command: lmp", "242f107ed672")]
    [DataRow("command: lmp, env: { B: '2', A: '1' }, modules: [m, n], setup: [s], launcher: mpi, launcher_always: true", "369e71f0be91")]
    [DataRow("launcher_always: true, launcher: same, setup: [s], modules: [m, n], env: { A: '1', B: '2' }, command: lmp", "369e71f0be91")]
    public void Codes_that_mean_the_same_have_the_same_hash_today_and_tomorrow(string code, string hash) =>
        StringAssert.StartsWith(Hash(code), hash);

    [TestMethod]
    [DataRow("command: lmp2")]
    [DataRow("command: lmp, launcher: mpi")]
    [DataRow("command: lmp, launcher: mpi, launcher_always: true")]
    [DataRow("command: lmp, launcher: other")]
    [DataRow("command: lmp, modules: [m]")]
    [DataRow("command: lmp, modules: [m, n]")]
    [DataRow("command: lmp, modules: [n, m]")]
    [DataRow("command: lmp, setup: [m]")]
    [DataRow("command: lmp, env: { m: m }")]
    public void Everything_else_that_can_change_a_result_changes_the_hash(string code)
    {
        string[] all =
        [
            "command: lmp",
            "command: lmp2",
            "command: lmp, launcher: mpi",
            "command: lmp, launcher: mpi, launcher_always: true",
            "command: lmp, launcher: other",
            "command: lmp, modules: [m]",
            "command: lmp, modules: [m, n]",
            "command: lmp, modules: [n, m]",
            "command: lmp, setup: [m]",
            "command: lmp, env: { m: m }",
        ];

        Assert.HasCount(1, all.Where(other => Hash(other) == Hash(code)).ToList());
    }

    [TestMethod]
    public void The_image_counts_only_where_the_operator_has_a_container_engine()
    {
        const string code = "{ command: lmp, image: 'a:1' }";
        const string engine = "operators: { local.x: { backend: { type: local, container: { engine: podman } } } }";

        Assert.AreEqual(Hash("command: lmp"), Hash("command: lmp, image: 'a:1'"));
        var with = Codes($"codes: {{ a: {code} }}\n{engine}", "local.x").Codes["a"];
        Assert.AreEqual("a:1", with.Image);
        Assert.AreNotEqual(Hash("command: lmp"), with.Hash.Hex);
    }

    [TestMethod]
    public void A_launcher_has_a_hash_of_its_text_alone()
    {
        const string operators = "operators: { local.x: {} }";
        var first = Codes("launchers: { a: 'x {ranks}' }\n" + operators, "local.x").FindLauncher("a")!;

        Assert.AreEqual(first.Hash, Codes("launchers: { b: \"x {ranks}\" }\n" + operators, "local.x").FindLauncher("b")!.Hash);
        Assert.AreNotEqual(first.Hash, Codes("launchers: { a: 'x' }\n" + operators, "local.x").FindLauncher("a")!.Hash);
    }

    [TestMethod]
    [DataRow("srun -n {ranks} -N {nodes} -c {cores} -G {gpus}", "srun -n 8 -N 2 -c 4 -G 1")]
    [DataRow("a {ranks}{ranks} ${ranks} \\{ranks}", "a 88 ${ranks} \\8")]
    [DataRow("{cores}", "4")]
    [DataRow("awk '{ print }'", "awk '{ print }'")]
    public void A_launcher_has_the_numbers_of_the_task(string text, string expected) =>
        Assert.AreEqual(expected, new SiteLauncher("m", text, CodeLevel.File).Fill(8, 2, 4, 1));

    [TestMethod]
    public void A_difference_names_the_tasks_that_it_concerns()
    {
        var before = Parse(Levels);
        var after = Parse(
            Levels
                .Replace("top_lmp", "lmp", StringComparison.Ordinal)
                .Replace("srun -n", "srun --exact -n", StringComparison.Ordinal)
                .Replace("lmp -v", "lmp -h", StringComparison.Ordinal)
        );

        var rows = WiringDiff
            .Compare(before, after)
            .Select(d => $"{d.Key} {d.Field} {d.Before} {d.After} {d.AffectsResults} {d.ConcernedParts}");

        CollectionAssert.AreEqual(
            (string[])
                [
                    "hpc.default launchers.mpi \"srun -n {ranks}\" \"srun --exact -n {ranks}\" False code lammps, code qe, launcher mpi",
                    "hpc.inline codes.lammps.command \"top_lmp\" \"lmp\" False code lammps",
                    "hpc.inline codes.lammps.version \"lmp -v\" \"lmp -h\" False ",
                    "hpc.own launchers.mpi \"srun -n {ranks}\" \"srun --exact -n {ranks}\" False code qe, launcher mpi",
                    "local.default codes.lammps.command \"top_lmp\" \"lmp\" False code lammps",
                    "local.default codes.lammps.version \"lmp -v\" \"lmp -h\" False ",
                    "manual_hpc.default codes.lammps.command \"top_lmp\" \"lmp\" False code lammps",
                    "manual_hpc.default codes.lammps.version \"lmp -v\" \"lmp -h\" False ",
                ],
            rows.ToArray()
        );
    }

    [TestMethod]
    public void A_written_file_has_the_codes_of_all_levels()
    {
        var file = Parse(Levels);
        var written = OperatorsFileWriter.Write("test", file.Defaults, file.Operators.Values.Select(OperatorEntry.FromWiring), file.Codes);

        var read = OperatorsFile.Parse(written, "written.yaml", Schedulers.Schema, null);

        Assert.IsTrue(read.IsSuccess, string.Join('\n', read.Problems) + Encoding.UTF8.GetString(written));
        Assert.IsTrue(read.Value.HasSameMeaningAs(file));
    }

    private static string Hash(string code) =>
        Codes(
            $"launchers: {{ mpi: srun, same: srun, other: mpirun }}\ncodes: {{ a: {{ {code} }} }}\noperators: {{ local.x: {{}} }}",
            "local.x"
        )
            .Codes["a"]
            .Hash.Hex;

    private static SiteCodes Codes(string text, string key) => Parse(text).Operators[OperatorKey.FromTrusted(key)].Codes;

    private static OperatorsFile Parse(string text)
    {
        var parsed = OperatorsFile.Parse(Encoding.UTF8.GetBytes(text), "operators.yaml", Schedulers.Schema, null);
        Assert.IsTrue(parsed.IsSuccess, string.Join('\n', parsed.Problems));
        return parsed.Value;
    }
}
