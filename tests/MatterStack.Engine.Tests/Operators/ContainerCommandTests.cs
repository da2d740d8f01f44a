using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>What container engines are asked for by local attempts. Real containers are the acceptance tests' affair.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ContainerCommandTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("apptainer", "exec --bind {attempt} --opt=a b /images/a b.sif /bin/sh -c")]
    [DataRow(
        "docker",
        "run --rm --name {name} --mount type=bind,source={attempt},target={attempt} --env CUDA_VISIBLE_DEVICES= "
            + "--env ROCR_VISIBLE_DEVICES= --workdir {attempt}/work --user {user} {variables} "
            + "--opt=a b /images/a b.sif /bin/sh -c"
    )]
    [DataRow(
        "podman",
        "run --rm --name {name} --mount type=bind,source={attempt},target={attempt} --env CUDA_VISIBLE_DEVICES= "
            + "--env ROCR_VISIBLE_DEVICES= --workdir {attempt}/work {variables} --opt=a b "
            + "/images/a b.sif /bin/sh -c"
    )]
    public void The_engine_gets_the_attempts_folder_its_variables_and_the_sites_options(string engine, string expected)
    {
        Engine(
            engine,
            """printf '%s ' "$@" > ../asked; id -u > ../user; id -g >> ../user; while [ "$1" != /bin/sh ]; do shift; done; exec "$@" """
        );
        _world.Task(
            "t",
            "echo \"it's $COLOUR\" > out; exit 5",
            ("Image", "/images/a b.sif"),
            ("Env", "COLOUR=red"),
            ("AllowFailure", "true")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        var attempt = _world.Attempt("t@1");
        var user = string.Join(':', File.ReadAllLines(_world.Attempt("t@1/user")));
        var variables = string.Join(
            ' ',
            (
                (string[])
                    [
                        "MATTERSTACK_RUN_ID",
                        "MATTERSTACK_TASK_ID",
                        "MATTERSTACK_ATTEMPT_ID",
                        "MATTERSTACK_ATTEMPT_INDEX",
                        "MATTERSTACK_NODES",
                        "MATTERSTACK_RANKS",
                        "MATTERSTACK_CORES",
                        "MATTERSTACK_MEMORY_GB",
                        "MATTERSTACK_GPUS",
                        "MATTERSTACK_TIME_LIMIT_SECONDS",
                        "TMPDIR",
                        "OMP_NUM_THREADS",
                        "COLOUR",
                    ]
            ).Select(name => "--env " + name)
        );
        var name = "ms-" + _world.Query("SELECT attempt_id FROM attempts").Single();
        StringAssert.StartsWith(
            File.ReadAllText(_world.Attempt("t@1/asked")),
            expected.Replace("{attempt}", attempt).Replace("{user}", user).Replace("{variables}", variables).Replace("{name}", name) + " "
        );
        Assert.AreEqual("it's red\n", File.ReadAllText(_world.Attempt("t@1/work/out")));
        Assert.AreEqual("5", _world.Query("SELECT exit_code FROM attempts").Single());
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public void A_container_whose_command_was_killed_is_ended_and_removed(string engine)
    {
        var told = _world.In("told");
        Engine(engine, $$"""case $1 in run) kill -s KILL $$ ;; *) echo "$*" >> '{{told}}' ;; esac""");
        _world.Task("t", "true", ("Image", "a:1"), ("AllowFailure", "true"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        var name = "ms-" + _world.Query("SELECT attempt_id FROM attempts").Single();
        CollectionAssert.AreEqual((string[])[$"kill {name}", $"rm --force {name}"], File.ReadAllLines(told));
        Assert.AreEqual("137", _world.Query("SELECT exit_code FROM attempts").Single());
    }

    [TestMethod]
    [DataRow("docker", "0, 1", "--gpus \"device=0,1\" --env CUDA_VISIBLE_DEVICES=0,1 --env ROCR_VISIBLE_DEVICES=0,1 ")]
    [DataRow("docker", "4, 7", "--gpus \"device=4,7\" --env CUDA_VISIBLE_DEVICES=0,1 --env ROCR_VISIBLE_DEVICES=0,1 ")]
    [DataRow("docker", "GPU-a, 'GPU-b'", "--gpus \"device=GPU-a,GPU-b\" --env CUDA_VISIBLE_DEVICES=GPU-a,GPU-b ")]
    [DataRow("podman", "4, 7", "--device nvidia.com/gpu=4 --device nvidia.com/gpu=7 --env CUDA_VISIBLE_DEVICES=0,1 ")]
    public void A_container_gets_the_devices_of_its_attempt_as_it_numbers_them(string engine, string devices, string expected)
    {
        Engine(engine, """printf '%s ' "$@" > ../asked""", $", gpus: [{devices}]");
        _world.Task("t", "true", ("Image", "a:1"), ("Gpus", "2"));
        _world.Task("own", "true", ("Image", "a:1"), ("Gpus", "2"), ("Env", "CUDA_VISIBLE_DEVICES=7"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.Contains(expected, File.ReadAllText(_world.Attempt("t@1/asked")));
        var own = File.ReadAllText(_world.Attempt("own@1/asked"));
        Assert.DoesNotContain("CUDA_VISIBLE_DEVICES=", own);
        Assert.Contains("--env CUDA_VISIBLE_DEVICES ", own, "its own value is passed");
    }

    [TestMethod]
    public void The_campaigns_program_is_there_inside()
    {
        Engine("docker", """printf '%s ' "$@" > ../asked""");
        _world.Write("campaign/bin/c.runtimeconfig.json", "{}");
        _world.Class(new CampaignInMemory(() => new OneTask()));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.MatchesRegex(
            "source=(.*/program/[0-9a-f]+),target=\\1 .*--env MATTERSTACK_PROGRAM ",
            File.ReadAllText(Directory.GetFiles(_world.Run.Path, "asked", SearchOption.AllDirectories).First())
        );
    }

    private sealed class OneTask : Campaign
    {
        public override Workflow Plan() =>
            [
                new()
                {
                    Id = "t",
                    Command = "{campaign} x",
                    Image = "a:1",
                },
            ];
    }

    private void Engine(string engine, string script, string more = "")
    {
        var program = _world.Write("engine", "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        _world.Write(
            "campaign/operators.yaml",
            $"operators:\n  local.default: {{ kind: local, backend: {{ type: local, container: {{ engine: {engine}, executable: "
                + $"'{program}', options: ['--opt=a b'] }}{more} }} }}\n"
        );
    }
}
