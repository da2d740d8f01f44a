namespace MatterStack.Engine.Tests.Operators;

/// <content>Data and files that a person gives.</content>
public sealed partial class HumanTests
{
    [TestMethod]
    public void Data_are_checked_against_the_tasks_schema()
    {
        using var people = new PeopleWorld();
        people.World.Write(
            "campaign/schema.json",
            """{"type": "object", "required": ["picks"], "properties": {"picks": {"type": "array", "minItems": 1, "items": {"type": "string"}}}}"""
        );
        people.World.Task("pick", "", ("OperatorKey", "human.default"), ("Files", "schema.json"));
        people.World.Step();

        Assert.IsFalse(people.Respond("pick", data: """{"picks": []}"""));
        Assert.AreEqual("MATTER3017", people.LastCode);
        Assert.Contains("picks", people.World.Reported[^1].Message);
        people.Answer("pick@1", "response.json", """{"status": "COMPLETED", "data": {"pick": "Cu"}}""");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("pick"));
        Assert.Contains("does not match schema.json", people.Reason("pick")!);

        File.Delete(Path.Combine(people.Folder("pick@1"), "response.json"));
        Assert.IsTrue(people.Respond("pick", data: """{"picks": ["Cu", "Ni"]}"""));
        Assert.IsTrue(people.World.Loop());
        Assert.AreEqual("COMPLETED", people.State("pick"));
    }

    [TestMethod]
    public void A_schema_word_that_would_not_be_checked_is_refused()
    {
        using var people = new PeopleWorld();
        people.World.Write("campaign/schema.json", """{"type": "object", "properties": {"x": {"const": 5}}}""");
        people.World.Task("pick", "", ("OperatorKey", "human.default"), ("Files", "schema.json"));
        people.World.Step();

        Assert.IsFalse(people.Respond("pick", data: """{"x": 6}"""));

        Assert.Contains("'const'", people.World.Reported[^1].Message);
    }

    [TestMethod]
    public void Declared_files_must_be_there_before_an_answer_counts()
    {
        using var people = new PeopleWorld();
        people.World.Task("photo", "", ("OperatorKey", "human.default"), ("Outputs", "photo.txt"));
        people.World.Step();
        people.Answer("photo@1", "response.json", """{"status": "COMPLETED"}""");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("photo"));
        Assert.Contains("photo.txt", people.Reason("photo")!);

        people.Answer("photo@1", "work/photo.txt", "a photo");
        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("photo"));
        Assert.AreEqual("photo.txt", people.World.Query("SELECT path FROM outputs").Single());
    }
}
