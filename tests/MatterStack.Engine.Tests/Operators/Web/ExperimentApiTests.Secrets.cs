using System.Text;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Operators.Web;

/// <content>Secrets of an instrument.</content>
public sealed partial class ExperimentApiTests
{
    [TestMethod]
    public void A_secret_is_sent_to_the_instrument_and_shown_to_nobody()
    {
        const string canary = "canary-5cf1+/=e5";
        using var instrument = new Instrument();
        using var elsewhere = new LocalService();
        using var people = People(instrument, auth: "auth: '${file:lab.token}'");
        people.World.Write("campaign/lab.token", canary + "\n");
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("MaxAttempts", "3"));
        instrument.Fail("PUT", new Fault.Reply(403, $$"""{"error": "'{{canary}}' may not, nor \"canary-5cf1\u002b/=e5\""}"""));
        people.World.Step();
        Assert.AreEqual("FAILED", people.State("coat"), "a refusal is not tried again");
        Assert.IsTrue(RequestCommand.Execute(people.World.Context(), RequestKind.Revive, default).Success);
        people.World.Step();
        instrument.Fail("GET", new Fault.Reply(307, "", elsewhere.Url + "/attempts"));
        people.World.Step();
        instrument.Fail("GET", new Fault.Reply(500, $"Bearer {canary} is tired"));
        people.World.Step();
        instrument.Complete($$"""{"status": "COMPLETED", "data": {"token": "{{canary}}", "again": "canary-5cf1\u002b/=e5"} }""");
        people.World.Step();
        people.World.Loop();
        ExportEvidenceCommand.Execute(people.World.Context());
        StatusCommand.Execute(people.World.Context());

        Assert.AreEqual("COMPLETED", people.State("coat"));
        Assert.IsTrue(instrument.Requests.All(r => r.Headers["Authorization"] == "Bearer " + canary));
        Assert.IsEmpty(elsewhere.Requests);
        foreach (var file in Directory.EnumerateFiles(people.World.Run.Path, "*", SearchOption.AllDirectories))
        {
            Assert.IsLessThan(0, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes("canary")), file);
        }

        Assert.DoesNotContain("canary", string.Join('\n', people.World.Said.Concat(people.World.Reported.Select(p => p.ToString()))));
    }

    [TestMethod]
    public void Without_its_secret_nothing_is_started_and_the_command_says_what_is_missing()
    {
        using var instrument = new Instrument();
        using var people = People(instrument, auth: "auth: '${file:lab.token}'");
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));

        Assert.IsFalse(people.World.Step());
        Assert.AreEqual("MATTER1022", people.LastCode);
        Assert.IsEmpty(instrument.Requests);

        people.World.Write("campaign/lab.token", "word");
        Assert.IsTrue(people.World.Step());
        Assert.HasCount(1, people.World.Query("SELECT attempt_id FROM attempts"));
        Assert.AreEqual(1, instrument.Begun[instrument.Only]);
    }
}
