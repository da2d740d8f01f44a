using MatterStack.Engine.Campaigns.Declarations;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A search for fields of a stored task sees names of fields, not texts.</summary>
[TestClass]
public sealed class DefinitionFieldTests
{
    [TestMethod]
    [DataRow("""{"command": "echo \"message\"", "env": {"message": "x"}}""", false)]
    [DataRow("""{"outputs": ["message", {"message": 1}]}""", false)]
    [DataRow("""{"command": "", "message": "go?"}""", true)]
    [DataRow("""{"files": [], "k\u0069nd": "Gate"}""", true)]
    [DataRow("{}", false)]
    public void Only_a_field_of_the_task_itself_counts(string definition, bool expected) =>
        Assert.AreEqual(expected, TaskJson.HasAnyField(definition, "message", "kind"));
}
