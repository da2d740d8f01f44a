using System.Text;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>The texts and hashes were written by the code before the table of task fields: recorded runs and cached results rest on
/// them.</summary>
[TestClass]
public sealed class RecordedTaskTests : IDisposable
{
    private const string Stored = """
        {"command":"echo \u00221\u0022 \u003E \u00E4\r\ncat \u0027x\u0027","inputs":[{"path":"d/1.in","source":"d/1.in","sha256":"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b","executable":false},{"path":"d/2.in","source":"d/2.in","sha256":"d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35","executable":false},{"path":"one","source":"d/1.in","sha256":"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b","executable":false}],"outputs":["o/*.txt","f.csv","g.json"],"figures":["f.csv","g.json"],"env":["A=1","B=x=y ","A=2"],"cores":2,"memory_gb":0.1,"gpus":1,"time_limit_minutes":90.5,"image":"i","allow_failure":true,"allow_dependency_failure":true,"max_attempts":3,"retry_memory_factor":1.5,"kind":"Experiment","message":"m","parameters":"{\u0022p\u0022: 1}","download_include":["*.x"],"download_exclude":["*.y","*.z"],"cache":false}
        """;

    private const string FingerprintText =
        """
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  accelerators
            8dc254c2784ca444bcdfb42fa43c6f35e08136175a6e722797622af3c9e2767a  command
            d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  cores
            5b71f77b10694b3bfb3052e323b2c6026f5c2e0e42cdb6285a3fb4aaea7cbdfc  downloads
            d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  environment A
            01aefb7af2b09a3d648a2b57e6b19bb1f0a486eea53779757f86efeee8429f88  environment B
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  file d/1.in
            d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  file d/2.in
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  file one
            de7d1b721a1e0632b7cf04edf5032c8ecffa9f9a08492152b926f1a5a7e765d7  image
            06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23  operator
            e1340d3b3314237a9ec7850b3fa8b56f2c5089771b8f5c73f0a098fb9051426a  outputs
            0d39f4372258aad0c0428f91e4bd17f49195f847d89ea447106f9dafef6c63f3  parameters
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  scheme
            e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8  task
            """ + "\n";

    private const string PlainFingerprintText =
        """
            b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b  command
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  cores
            06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23  operator
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  outputs
            6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  scheme
            e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8  task
            """ + "\n";

    private readonly TempFolder _project = new();

    public void Dispose() => _project.Dispose();

    [TestMethod]
    public void A_task_with_every_field_has_the_recorded_json_hash_and_fingerprint()
    {
        var definition = Define(
            new CampaignTask
            {
                Id = "t",
                Command = "echo \"1\" > \u00e4\r\ncat 'x'",
                OperatorKey = "hpc.big",
                Files = ["d/*.in", "d/1.in=>one"],
                Outputs = ["o/*.txt", "f.csv"],
                Figures = ["f.csv", "g.json"],
                Env = [new("A", "1"), new("B", "x=y "), new("A", "2")],
                Cores = 2,
                MemoryGb = 0.1,
                Gpus = 1,
                TimeLimitMinutes = 90.5,
                Image = "i",
                AllowFailure = true,
                AllowDependencyFailure = true,
                MaxAttempts = 3,
                RetryMemoryFactor = 1.5,
                Kind = TaskKind.Experiment,
                Message = "m",
                Parameters = "{\"p\": 1}",
                DownloadInclude = ["*.x"],
                DownloadExclude = ["*.y", "*.z"],
                Cache = false,
            },
            isFromItem: false
        );

        Assert.AreEqual(Stored, Encoding.UTF8.GetString(TaskJson.Write(definition.Tasks[0])));
        Assert.AreEqual("ce5b0c055e7da9bce857357d81a026640b9793c6f7fb7c71a68b80a2cdf4b319", definition.Hash.Hex);
        Assert.AreEqual(FingerprintText, ComputeFingerprint(definition.Tasks[0]).Text);
    }

    [TestMethod]
    public void An_item_with_every_field_has_the_same_json_hash_and_fingerprint()
    {
        var definition = Define(
            ParseItem(
                ("Command", "echo \"1\" > \u00e4\r\ncat 'x'"),
                ("OperatorKey", " HPC.big"),
                ("Files", " d/*.in ;./d/1.in=>one"),
                ("Outputs", "o\\*.txt;f.csv"),
                ("Figures", "f.csv;./g.json"),
                ("Env", "A=1;\n B =x=y ;A=2"),
                ("Cores", " 2"),
                ("MemoryGb", "0.10"),
                ("Gpus", "1"),
                ("TimeLimitMinutes", "90.5"),
                ("Image", "i"),
                ("AllowFailure", "TRUE"),
                ("AllowDependencyFailure", "true"),
                ("MaxAttempts", "3"),
                ("RetryMemoryFactor", "1.5"),
                ("Kind", "experiment"),
                ("Message", "m"),
                ("Parameters", "{\"p\": 1}"),
                ("DownloadInclude", "*.x"),
                ("DownloadExclude", "*.y; *.z"),
                ("Cache", "False")
            ),
            isFromItem: true
        );

        Assert.AreEqual(Stored, Encoding.UTF8.GetString(TaskJson.Write(definition.Tasks[0])));
        Assert.AreEqual("ce5b0c055e7da9bce857357d81a026640b9793c6f7fb7c71a68b80a2cdf4b319", definition.Hash.Hex);
        Assert.AreEqual(FingerprintText, ComputeFingerprint(definition.Tasks[0]).Text);
    }

    [TestMethod]
    public void A_task_with_defaults_has_the_recorded_json_hash_and_fingerprint()
    {
        var definition = Define(
            ParseItem(("Command", "true"), ("Cores", "1"), ("RetryMemoryFactor", "1"), ("Cache", "true"), ("Image", " ")),
            isFromItem: true
        );

        Assert.AreEqual("""{"command":"true"}""", Encoding.UTF8.GetString(TaskJson.Write(definition.Tasks[0])));
        Assert.AreEqual("13fa718957bc941a24825f805d11a2550c7eea4d214a526534745cbda6f05061", definition.Hash.Hex);
        Assert.AreEqual(PlainFingerprintText, ComputeFingerprint(definition.Tasks[0]).Text);
    }

    [TestMethod]
    public void A_stored_task_with_every_field_is_read_back()
    {
        var read = TaskJson.Read(
            "t",
            "hpc.big",
            Stored.Replace("\"inputs\"", "\"depends_on\":[\"a\",\"b\"],\"inputs\"", StringComparison.Ordinal)
        );

        Assert.AreEqual("a b", string.Join(' ', read.Task.DependsOn));
        Assert.AreEqual(Stored, Encoding.UTF8.GetString(TaskJson.Write(read with { Task = read.Task with { DependsOn = [] } })));
    }

    private static CampaignTask ParseItem(params (string Name, string Value)[] metadata) =>
        TaskParser
            .Read([
                new DeclaredTask(
                    "t",
                    metadata.ToDictionary(
                        m => m.Name,
                        m => (IReadOnlyList<string>)(TaskFields.IsList(m.Name) ? m.Value.Split(';') : [m.Value]),
                        StringComparer.OrdinalIgnoreCase
                    )
                ),
            ])
            .Value.Single();

    private static Fingerprint ComputeFingerprint(PlannedTask planned) =>
        TaskFingerprint.ComputeFingerprint(planned, [], "/run", "program", Sha256.ComputeTextHash("operator"), here: false)!;

    private CampaignDefinition Define(CampaignTask task, bool isFromItem)
    {
        _project.Write("d/1.in", "1");
        _project.Write("d/2.in", "2");
        var problems = new List<MatterStack.Engine.Problems.Problem>();
        var validated = isFromItem ? task : TaskValidator.ValidateTask(task, null, problems);
        Assert.IsEmpty(problems);
        return CampaignDefinition.Create(_project.Path, [validated], null).Value;
    }
}
