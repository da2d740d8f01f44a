using System.Text.RegularExpressions;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Names of secrets are recognised without a regular expression for most names.</summary>
[TestClass]
public sealed class SecretNamesTests
{
    [TestMethod]
    [DataRow("password")]
    [DataRow("API-KEY")]
    [DataRow("x_token_y")]
    [DataRow("githubtoken")]
    [DataRow("Authorization")]
    [DataRow("auth")]
    [DataRow("author")]
    [DataRow("kind")]
    [DataRow("backend")]
    [DataRow("max_tokens")]
    [DataRow("private-key")]
    [DataRow("to\u212Aen")]
    [DataRow("pa\u017F\u017Fword")]
    [DataRow("credentials")]
    [DataRow("passwd")]
    public void The_check_for_names_of_secrets_leaves_nothing_out(string name) =>
        Assert.AreEqual(
            Regex.IsMatch(name, SecretNames.Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant),
            SecretNames.IsSecret(name)
        );
}
