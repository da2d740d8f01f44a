using MatterStack.Engine.Evidence.RoCrate;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>Names of container images, taken apart as the crate wants them.</summary>
[TestClass]
public sealed class ContainerImageTests
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestMethod]
    [DataRow("alpine", null, "alpine", null, null)]
    [DataRow("docker://alpine:3.20", null, "alpine", "3.20", null)]
    [DataRow("lammps/lammps:stable@sha256:" + Digest, null, "lammps/lammps", "stable", Digest)]
    [DataRow("quay.io/group/name@sha256:" + Digest, "quay.io", "group/name", null, Digest)]
    [DataRow("oras://localhost/a/b:1", "localhost", "a/b", "1", null)]
    [DataRow("registry:5000/a:1", "registry:5000", "a", "1", null)]
    public void Of_a_registry(string image, string? registry, string name, string? tag, string? digest) =>
        Assert.AreEqual(
            new ContainerImage("https://w3id.org/ro/terms/workflow-run#DockerImage", registry, name, tag, digest),
            ContainerImage.Parse(image)
        );

    [TestMethod]
    [DataRow("/images/my image.sif")]
    [DataRow("images/a.sif")]
    [DataRow("./sandbox")]
    [DataRow("library://a/b:1")]
    public void Of_a_file(string image) =>
        Assert.AreEqual(
            new ContainerImage("https://w3id.org/ro/terms/workflow-run#SIFImage", null, image, null, null),
            ContainerImage.Parse(image)
        );
}
