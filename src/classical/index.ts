/** Methods older than networks: neighbours, clusters, principal components, and a map of the data in the plane. */
export { type EmbeddingOptions, embed2d } from './embedding.ts'
export { type Clusters, type KMeansOptions, kMeans, nearestCentres } from './kmeans.ts'
export { type KnnOptions, type KnnPredictions, knnPredict, vote } from './knn.ts'
export { type Matrix, matrix, matrixOf, pickRows } from './matrix.ts'
export { type MiniBatchOptions, miniBatchKMeans } from './miniBatch.ts'
export { type Neighbours, nearestNeighbours, type SearchOptions } from './neighbours.ts'
export { type Pca, type PcaOptions, pca, projectOn, restoreFrom } from './pca.ts'
