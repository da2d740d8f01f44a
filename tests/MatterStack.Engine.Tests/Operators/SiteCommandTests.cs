using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>What the command of a task becomes with the codes and launchers of its operator, and what is refused.</summary>
[TestClass]
public sealed class SiteCommandTests
{
    private const string Wiring = """
        launchers: { mpi: "mpirun -n {ranks} -c {cores}" }
        codes:
          lammps: { command: lmp, launcher: mpi }
          words: { command: "env -u X lmp -k on" }
          quotes: { command: "lmp 'a b'", launcher: mpi }
          double: { command: 'lmp "a b"' }
          always: { command: pw.x, launcher: mpi, launcher_always: true }
          serial: { command: python3 }
          a: { command: a, env: { X: "1", Y: "1" } }
          b: { command: b, env: { X: "1", Y: "2" } }
          image: { command: lmp, launcher: mpi, image: "quay.io/x/lmp:1" }
          image2: { command: pw.x, image: "/img/pw.sif" }
        operators:
          local.default: {}
          local.two: { launchers: { srun: "srun -n {ranks}" } }
          local.none: { launchers: {} }
          local.box: { backend: { type: local, container: { engine: apptainer, options: ["--bind=/a b", --nv] } } }
          local.docker: { backend: { type: local, container: { engine: docker } } }
          hpc.tasks: { backend: { type: slurm, slurm: { ntasks: 4, cores: 2 } } }
          hpc.docker: { backend: { type: slurm, container: { engine: docker } } }
          manual_hpc.default: { codes: { secret: { command: x, env: { LICENCE_TOKEN: "${env:L}" } } } }
          human.default: {}
          experiment.default: {}

        """;

    private static readonly OperatorsFile File = OperatorsFile
        .Parse(Encoding.UTF8.GetBytes(Wiring), "operators.yaml", Schedulers.Schema, null)
        .GetValueOrThrow();

    [TestMethod]
    [DataRow("{code:lammps} -in metal.in", 1, "lmp -in metal.in")]
    [DataRow("{code:lammps} -in metal.in", 4, "mpirun -n 4 -c 2 lmp -in metal.in")]
    [DataRow("{launch} ./mine; {launch:mpi} ./other", 4, "mpirun -n 4 -c 2 ./mine; mpirun -n 4 -c 2 ./other")]
    [DataRow("{launch} ./mine", 1, "mpirun -n 1 -c 2 ./mine")]
    [DataRow("{launch} {code:serial} x.py", 4, "mpirun -n 4 -c 2 python3 x.py")]
    [DataRow("timeout 60 {code:words} -in x", 1, "timeout 60 env -u X lmp -k on -in x")]
    [DataRow("{code:always} < in", 1, "mpirun -n 1 -c 2 pw.x < in")]
    [DataRow("sh -c '{code:lammps} -in x'", 4, "sh -c 'mpirun -n 4 -c 2 lmp -in x'")]
    [DataRow("bash -lc \"{code:lammps}\"", 4, "bash -lc \"mpirun -n 4 -c 2 lmp\"")]
    [DataRow("sh -c \"{code:quotes} -in $X\"", 1, "sh -c \"lmp 'a b' -in $X\"")]
    [DataRow("sh -c '{code:double} -in x'", 1, "sh -c 'lmp \"a b\" -in x'")]
    [DataRow("\"{code:lammps}\" -in x", 1, "\"lmp\" -in x")]
    [DataRow("{code:lammps} a && {code:lammps} b\r\n", 1, "lmp a && lmp b\n")]
    [DataRow("echo ${code:-1} # {code:nope}", 1, "echo ${code:-1} # {code:nope}")]
    [DataRow("{code:serial} {campaign}", 1, "python3 dotnet \"$MATTERSTACK_PROGRAM\"")]
    public void Texts_of_the_site_are_put_in_as_they_are_written(string command, int ranks, string expected) =>
        Assert.AreEqual(expected, Build("local.default", command, ranks).Text);

    [TestMethod]
    public void A_code_that_is_used_twice_is_set_up_once_and_two_codes_in_their_order()
    {
        var twice = Build("local.default", "{code:b}; {code:serial}; {code:b}");

        Assert.AreEqual("b serial", string.Join(' ', twice.Codes.Select(static code => code.Name)));
        Assert.AreEqual("X=1 Y=2", string.Join(' ', twice.Env.Select(static pair => $"{pair.Key}={pair.Value}")));
        Assert.AreEqual("mpirun -n 4 -c 2", Build("local.default", "{code:lammps}; {launch} x", ranks: 4).LauncherTexts.Single());
    }

    [TestMethod]
    public void Apptainer_runs_the_command_of_the_code_inside_and_the_launcher_outside()
    {
        const string exec = "apptainer exec --bind \"$TMPDIR\" '--bind=/a b' --nv";

        var command = Build("local.box", "{code:image} -in x | tee log", ranks: 2);

        Assert.AreEqual($"mpirun -n 2 -c 2 {exec} quay.io/x/lmp:1 lmp -in x | tee log", command.Text);
        Assert.IsNull(command.Image);
        Assert.AreEqual("lmp -in x", Build("local.default", "{code:image} -in x").Text, "no engine, no image");
    }

    [TestMethod]
    public void Docker_runs_the_whole_command_in_the_image_of_its_code()
    {
        var command = Build("local.docker", "{code:image} -in x", ranks: 2);

        Assert.AreEqual("mpirun -n 2 -c 2 lmp -in x", command.Text);
        Assert.AreEqual("quay.io/x/lmp:1", command.Image);
    }

    [TestMethod]
    [DataRow("local.default", "{code:lamps} x", 1, "MATTER2050", "has {code:lamps}, and 'local.default' has no code 'lamps'", "'lammps'")]
    [DataRow("local.default", "{launch:srun} x", 1, "MATTER2050", "has {launch:srun}, and 'local.default' has no launcher 'srun'", "mpi")]
    [DataRow(
        "local.two",
        "{launch} x",
        1,
        "MATTER2050",
        "has {launch}, and 'local.two' has several launchers",
        "{launch:mpi} or {launch:srun}"
    )]
    [DataRow(
        "human.default",
        "{code:lammps}",
        1,
        "MATTER2050",
        "has {code:lammps}, and 'human.default' runs no commands",
        "local, hpc or manual"
    )]
    [DataRow("experiment.default", "x {launch}", 1, "MATTER2050", "has {launch}, and 'experiment.default' runs no commands", "local, hpc")]
    [DataRow("local.default", "{code:}", 1, "MATTER2051", "has '{code:}', and '' is not the name of a code", "without blanks")]
    [DataRow("local.default", "{code:a b}", 1, "MATTER2051", "has '{code:a b}', and 'a b' is not the name of a code", "without blanks")]
    [DataRow("local.default", "{launch:} x", 1, "MATTER2051", "'' is not the name of a launcher", "without blanks")]
    [DataRow("local.default", "{code:lammps -in x", 1, "MATTER2051", "has '{code:lammps -in x' without the closing brace", "")]
    [DataRow("local.default", "\"{code:words}\" -in x", 1, "MATTER2051", "in quotes of its own, which make one word", "without quotes")]
    [DataRow("local.default", "'{code:lammps}' -in x", 2, "MATTER2051", "in quotes of its own, which make one word", "without quotes")]
    [DataRow(
        "local.default",
        "sh -c '{code:quotes} x'",
        1,
        "MATTER2051",
        "between ' quotes, and the text of the site (lmp 'a b') has",
        "other quotes"
    )]
    [DataRow("local.default", "sh -c \"{code:double} x\"", 1, "MATTER2051", "between \" quotes", "other quotes")]
    [DataRow("local.default", "{code:a}; {code:b}", 1, "MATTER2051", "the codes 'a' and 'b', which set Y to different values", "two tasks")]
    [DataRow(
        "local.default",
        "{launch} {code:lammps}",
        2,
        "MATTER2051",
        "a launcher before {code:lammps}, and this code brings its",
        "Remove"
    )]
    [DataRow(
        "local.box",
        "{code:image}; {code:image2}",
        1,
        "MATTER2051",
        "codes with different images (quay.io/x/lmp:1, /img/pw.sif)",
        "Split"
    )]
    [DataRow("local.docker", "{code:image}; {code:serial}", 1, "MATTER2051", "docker runs the whole command in one image", "two tasks")]
    [DataRow(
        "hpc.docker",
        "{code:image}",
        1,
        "MATTER2051",
        "'hpc.docker' names the engine docker, which jobs of a cluster cannot use",
        "apptainer"
    )]
    [DataRow("manual_hpc.default", "{code:secret}", 1, "MATTER2051", "whose variable LICENCE_TOKEN is a secret", "without this variable")]
    [DataRow(
        "local.default",
        "./mine",
        2,
        "MATTER2052",
        "it has Ranks=\"2\", and nothing in its Command starts so many",
        "{launch} before"
    )]
    [DataRow("local.default", "mpirun -n 2 ./mine", 2, "MATTER2052", "nothing in its Command starts so many", "belongs into 'launchers'")]
    [DataRow("local.default", "./mine # {launch}", 2, "MATTER2052", "nothing in its Command starts so many", "")]
    [DataRow(
        "local.default",
        "{code:serial} x",
        2,
        "MATTER2052",
        "it has 2 ranks, and the code 'serial' of 'local.default' has no launcher",
        "{launch}"
    )]
    [DataRow(
        "local.default",
        "{code:serial}; {code:lammps}",
        2,
        "MATTER2052",
        "the code 'serial' of 'local.default' has no launcher",
        "one rank"
    )]
    [DataRow("hpc.tasks", "{code:serial} x", 1, "MATTER2052", "it has 4 ranks, and the code 'serial' of 'hpc.tasks' has no launcher", "")]
    public void What_cannot_run_as_it_is_written_is_refused(
        string key,
        string command,
        int ranks,
        string code,
        string message,
        string remedy
    )
    {
        var task = Task(key, command, ranks) with { DeclaredAt = new SourcePosition("campaign.csproj", 12, 5) };
        if (key == "human.default")
        {
            task = task with { Kind = TaskKind.Gate };
        }

        var problem = RoutingCheck.CheckTasks(EngineHost.ThisMachine().Catalog, [task], File, "operators.yaml").Single();

        Assert.AreEqual(code, problem.Code.Code, problem.ToString());
        StringAssert.StartsWith(problem.Message, "Task 't': it");
        StringAssert.Contains(problem.Message, message);
        StringAssert.Contains(problem.Remedy, remedy);
        Assert.AreEqual(task.DeclaredAt, problem.Position);
    }

    [TestMethod]
    [DataRow("local.default", "echo {ranks} {cores}", 1)]
    [DataRow("hpc.tasks", "srun ./as-today", 1)]
    [DataRow("hpc.tasks", "{code:lammps} x", 1)]
    [DataRow("local.default", "{launch} x", 2)]
    [DataRow("manual_hpc.default", "{code:lammps} x", 2)]
    public void What_can_run_is_not_refused(string key, string command, int ranks) =>
        Assert.IsEmpty(RoutingCheck.CheckTasks(EngineHost.ThisMachine().Catalog, [Task(key, command, ranks)], File, "operators.yaml"));

    [TestMethod]
    public void An_image_of_the_task_and_an_image_of_the_code_are_refused_together()
    {
        var task = Task("local.box", "{code:image} x") with { Image = "other:1" };

        var problem = RoutingCheck.CheckTasks(EngineHost.ThisMachine().Catalog, [task], File, "operators.yaml").Single();

        Assert.AreEqual("MATTER2051", problem.Code.Code);
        StringAssert.Contains(problem.Remedy, "Remove Image from the task, or 'image' from the code.");
    }

    private static SiteCommand Build(string key, string command, int ranks = 1)
    {
        var wired = File.Operators[OperatorKey.FromTrusted(key)];
        var task = Task(key, command, ranks) with { Cores = 2 };
        return SiteCommands.Build(task, task.Shape, new CommandSite(wired.Codes, (wired.Backend as Backend.Local)?.Container)).Command;
    }

    private static CampaignTask Task(string key, string command, int ranks = 1) =>
        new()
        {
            Id = TaskId.FromTrusted("t"),
            Command = command,
            OperatorKey = OperatorKey.FromTrusted(key),
            Ranks = ranks,
        };
}
